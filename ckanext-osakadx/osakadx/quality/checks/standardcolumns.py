"""Whether the columns of a table are those of its standard data set: what is missing, what is called otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from osakadx.quality.checks.check import Table
from osakadx.quality.checks.column import Column
from osakadx.quality.checks.spots import Spots
from osakadx.standards.recognise import Recognised
from osakadx.standards.valueclass import TELLING, ValueClass, agreement, expected_class, value_class

RULE = "columns-of-the-standard"
_NAMED = 5
# Kinds that stand for each other often enough: 大阪府 publishes, too, and a town without a number is an address.
_ALIKE: tuple[frozenset[ValueClass], ...] = (
    frozenset({"latitude", "longitude"}),
    frozenset({"prefecture", "municipality", "address"}),
)
# Kinds of which every value is judged by a rule of its own.
_JUDGED: frozenset[ValueClass] = frozenset(
    {"latitude", "longitude", "code", "kana", "phone", "umu", "flag", "date", "time"}
)


def tell_columns(table: Table, known: Recognised | None, spots: Spots) -> None:
    """Tell which columns of the standard are missing, renamed or of an older edition.

    A table of no standard is not told anything: whether its columns are described is seen in the catalog.
    """
    if known is None or known.match.edition is None:
        return
    wanted = [column for column in known.edition.columns if column.obligation in ("required", "recommended")]
    # Where hardly any marks could be read, the columns of the edition are what there is to go by.
    listed = wanted if len(wanted) >= 5 else list(known.edition.columns)
    spots.looked(RULE, max(1, len(listed)))
    there = set(known.match.columns_matched)
    facts: dict[str, Any] = {"standard": known.standard.name}
    missing = [column for column in listed if column.name not in there]
    for column in missing:
        if column.obligation == "required":
            spots.tell(RULE, "required", row=table.header_row, value=column.name, places=2, **facts)
    others = [column.name for column in missing if column.obligation != "required"]
    if others:
        named = "、".join(others[:_NAMED]) + ("など" if len(others) > _NAMED else "")
        spots.tell(
            RULE, "recommended", row=table.header_row, value=named, places=len(others), count=len(others), **facts
        )
    for column in table.columns:
        if column.spec is not None and column.number - 1 in known.renamed:
            where: dict[str, Any] = {"row": table.header_row, "column": column.number, "value": column.title}
            spots.tell(RULE, "renamed", name=column.spec.name, **where)
    _tell_contents(table, spots)
    if known.edition.key == "old" and known.standard.edition("new") is not None:
        spots.tell(RULE, "edition", row=table.header_row, **facts)


def _tell_contents(table: Table, spots: Spots) -> None:
    """Tell columns whose values are plainly of another kind; swapped degrees have a rule of their own.

    Two columns are swapped, or several moved along, where what a column lacks stands in another one that is to hold
    something else. Otherwise it may just be written in another way, and the rules of its values say what is wrong; only
    kinds of values without such a rule are told here.
    """
    known = [
        _Contents(column, value_class(column.values), expected_class(column.spec))
        for column in table.columns
        if column.spec is not None and column.counts
    ]
    astray = {one.found for one in known if agreement(one.found, one.expected) < 0}
    for one in known:
        case = "contents" if one.expected in astray else "" if one.expected in _JUDGED else "foreign"
        if case and one.contradicting:
            where: dict[str, Any] = {"row": table.header_row, "column": one.column.number}
            spots.tell(RULE, case, value=one.column.values[0], places=2, column_name=one.column.shown, **where)


@dataclass(frozen=True)
class _Contents:
    """A column with the kind of values found in it and the kind that the standard expects there."""

    column: Column
    found: ValueClass
    expected: ValueClass

    @property
    def contradicting(self) -> bool:
        """Whether what is found is surely not what is expected."""
        pair = {self.found, self.expected}
        sure = pair <= TELLING and not any(pair <= alike for alike in _ALIKE)
        return sure and agreement(self.found, self.expected) < 0
