"""How old scores are: every figure that is made of them says as of when it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .model import JAPAN, Score


@dataclass(frozen=True)
class Age:
    """How old the scores of some data sets are.

    Attributes:
        oldest, newest: when the first and the last of them was reckoned, None without any.
        evidence: when files were asked for, of the data set where that is longest ago; None where none ever was.
        unexamined: number of their files that nobody has looked at yet.
    """

    oldest: datetime | None = None
    newest: datetime | None = None
    evidence: datetime | None = None
    unexamined: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The age as the API shows it; instants in ISO 8601, of Japan."""
        instants = {"oldest": self.oldest, "newest": self.newest, "evidence": self.evidence}
        return {name: value and instant(value) for name, value in instants.items()} | {"unexamined": self.unexamined}


AGE: tuple[Any, ...] = (
    sa.func.min(Score.scored).label("oldest"),
    sa.func.max(Score.scored).label("newest"),
    sa.func.min(Score.evidence).label("evidence"),
    sa.func.coalesce(sa.func.sum(Score.waiting), 0).label("unexamined"),
)


def age_of(row: Any) -> Age:
    """The age in a row that has the columns `AGE`."""
    return Age(row.oldest, row.newest, row.evidence, int(row.unexamined))


def together(ages: Iterable[Age]) -> Age:
    """The age of all of them."""
    found = list(ages)
    return Age(
        _first(min, (age.oldest for age in found)),
        _first(max, (age.newest for age in found)),
        _first(min, (age.evidence for age in found)),
        sum(age.unexamined for age in found),
    )


def _first(choose: Callable[[list[datetime]], datetime], instants: Iterable[datetime | None]) -> datetime | None:
    known = [each for each in instants if each is not None]
    return choose(known) if known else None


def instant(moment: datetime) -> str:
    """An instant as files and the API say it: ISO 8601 to the second, of Japan."""
    return moment.astimezone(JAPAN).isoformat(timespec="seconds")
