"""What a change of the rules would do, said before it is applied (規則の改定の影響)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from osakadx.quality.evidence import Evidence
from osakadx.quality.rulebook import Rulebook
from osakadx.quality.score import score

Move = tuple[str, str]  # grade before, grade after; "-" while it waits
_LISTED = 20
_ORDER = "ABCD-"


@dataclass
class Effect:
    """How many grades would move.

    Attributes:
        datasets: how many were scored by both. moves: (before, after) → how many, only those that differ.
        points: sum of the differences in points. examples: ids of some data sets that would fall.
    """

    datasets: int = 0
    moves: Counter[Move] = field(default_factory=Counter[Move])
    points: float = 0.0
    examples: list[str] = field(default_factory=list[str])

    @property
    def rise(self) -> int:
        """How many grades would be better."""
        return sum(count for (before, after), count in self.moves.items() if _ORDER.index(after) < _ORDER.index(before))

    @property
    def fall(self) -> int:
        """How many grades would be worse."""
        return self.moves.total() - self.rise

    def sentence(self) -> str:
        """Return it in one Japanese sentence."""
        mean = self.points / self.datasets if self.datasets else 0.0
        return (
            f"{self.datasets:,} データセットのうち {self.moves.total():,} の評価が変わります"
            f"(上がる {self.rise:,}、下がる {self.fall:,}、点数は平均 {mean:+.1f})。"
        )


def effect(evidences: Iterable[Evidence], before: Rulebook, after: Rulebook) -> Effect:
    """Score data sets by the rules in force and by a draft (`osakadx.quality.rulebook.read`), and compare."""
    found = Effect()
    for evidence in evidences:
        old, new = score(evidence, before), score(evidence, after)
        found.datasets += 1
        found.points += new.points - old.points
        move = (old.grade or "-", new.grade or "-")
        if move[0] != move[1]:
            found.moves[move] += 1
            if _ORDER.index(move[1]) > _ORDER.index(move[0]) and len(found.examples) < _LISTED:
                found.examples.append(evidence.dataset)
    return found
