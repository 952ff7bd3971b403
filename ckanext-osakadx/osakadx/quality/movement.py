"""What a change of the rules does to grades before it is applied (規則の変更の見通し)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nlargest
from typing import Any

from osakadx.quality.rulebook import Grade

_GRADES: tuple[Grade | None, ...] = ("A", "B", "C", "D", None)
_WAITING = "採点待ち"


@dataclass(frozen=True)
class Standing:
    """A score in short: the grade, None while nothing was examined, and points of a hundred examined points."""

    grade: Grade | None
    points: float


@dataclass(frozen=True)
class Move:
    """A data set as it is scored now and as it would be.

    Attributes:
        name, title: of the data set. before: None where it has no score yet.
    """

    name: str
    title: str
    before: Standing | None
    after: Standing

    @property
    def step(self) -> float:
        """Points it would have more, of a hundred; 0 where there is nothing to compare."""
        if self.before is None or self.before.grade is None or self.after.grade is None:
            return 0.0
        return round(self.after.points - self.before.points, 1)


@dataclass(frozen=True)
class Movement:
    """All moves together.

    Attributes:
        total: data sets. new: those without a score so far.
        grades: (grade now, grade then) → data sets; those without a score so far are left out.
        up, down: the biggest moves by points.
    """

    total: int
    new: int
    grades: Counter[tuple[Grade | None, Grade | None]]
    up: tuple[Move, ...]
    down: tuple[Move, ...]

    def count(self, direction: int) -> int:
        """Return how many grades rise (1), fall (-1) or stay (0); to or from 採点待ち is neither rise nor fall."""
        return sum(number for (before, after), number in self.grades.items() if _direction(before, after) == direction)

    def as_dict(self) -> dict[str, Any]:
        """Return it JSON-able."""
        return {
            "total": self.total,
            "new": self.new,
            "rise": self.count(1),
            "fall": self.count(-1),
            "keep": self.count(0),
            "grades": [
                {"before": before, "after": after, "datasets": number}
                for (before, after), number in sorted(self.grades.items(), key=lambda one: str(one[0]))
            ],
            "up": [_shown(move) for move in self.up],
            "down": [_shown(move) for move in self.down],
        }


def movement(moves: Iterable[Move], listed: int = 10) -> Movement:
    """Add moves up; they may be many, only the biggest are kept.

    Args:
        moves: one for each data set.
        listed: how many of the biggest moves are kept in each direction.
    """
    total = new = 0
    grades: Counter[tuple[Grade | None, Grade | None]] = Counter()
    moved: list[Move] = []
    for move in moves:
        total += 1
        if move.before is None:
            new += 1
            continue
        grades[move.before.grade, move.after.grade] += 1
        if move.step:
            moved.append(move)
        if len(moved) > 50 * max(1, listed):
            moved = [*_biggest(moved, 1, listed), *_biggest(moved, -1, listed)]
    return Movement(total, new, grades, tuple(_biggest(moved, 1, listed)), tuple(_biggest(moved, -1, listed)))


def lines(found: Movement) -> Iterator[str]:
    """Yield the table for people, in Japanese."""
    rise, fall, keep = (found.count(direction) for direction in (1, -1, 0))
    yield f"データセット {found.total:,} 件: 評価が上がる {rise:,}、下がる {fall:,}、同じ {keep:,}"
    if found.new:
        yield f"まだ採点していないもの: {found.new:,} 件"
    if found.grades:
        yield "今の評価 → 変更後の評価: 件数"
    for before in _GRADES:
        row = [(after, found.grades[before, after]) for after in _GRADES if found.grades[before, after]]
        if row:
            yield f"  {before or _WAITING} → " + "、".join(f"{after or _WAITING} {number:,}" for after, number in row)
    for words, moves in (("大きく上がるもの", found.up), ("大きく下がるもの", found.down)):
        if moves:
            yield f"{words}(100点満点に直した点):"
        for move in moves:
            yield f"  {move.step:+.1f}  {_words(move)}  {move.title}({move.name})"


def _direction(before: Grade | None, after: Grade | None) -> int:
    if before is None or after is None:
        return 0
    return (before > after) - (before < after)  # "A" is before "B"


def _biggest(moves: Iterable[Move], direction: int, listed: int) -> list[Move]:
    return nlargest(listed, (move for move in moves if move.step * direction > 0), key=lambda move: abs(move.step))


def _words(move: Move) -> str:
    before = move.before.grade if move.before else None
    return f"{before or _WAITING} → {move.after.grade or _WAITING}"


def _shown(move: Move) -> dict[str, Any]:
    before = {"before": move.before.grade, "points_before": move.before.points} if move.before else {}
    return {"name": move.name, "title": move.title, **before, "after": move.after.grade, "points": move.after.points}
