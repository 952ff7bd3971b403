"""How a check is written: a function that says for a column how its values are judged, or one that watches the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from osakadx.quality.checks.column import Column
from osakadx.quality.checks.spots import Spots
from osakadx.standards.standard import Edition, Standard
from osakadx.vocab import Municipality


@dataclass(frozen=True)
class Table:
    """What is known of a table before its rows are looked at.

    Attributes:
        columns: in their order. rows: how many data rows it has. header_row: number of the row that names the columns.
        sample: the first data rows. standard, edition: of which it is, or None.
        municipality: the publisher, or None.
    """

    columns: tuple[Column, ...]
    rows: int
    header_row: int | None
    sample: tuple[tuple[str, ...], ...] = ()
    standard: Standard | None = None
    edition: Edition | None = None
    municipality: Municipality | None = None

    def of_role(self, *roles: str) -> list[Column]:
        """Return the columns of these roles."""
        return [column for column in self.columns if column.role in roles]

    def first(self, *roles: str) -> Column | None:
        """Return the first column of these roles."""
        return next((column for column in self.columns if column.role in roles), None)


# What is wrong with a value: case of the rule's wording, and the facts it names; None where nothing is.
Problem = tuple[str, Mapping[str, Any]]
Judge = Callable[[str], Problem | None]
# For a column, how each of its filled values is judged; None where the rule has nothing to say about the column.
CellCheck = Callable[[Column, Table], Judge | None]
Row = tuple[int, Sequence[str]]
# How often each value stands in a column, by its place from 0.
Counts = Sequence[Mapping[str, int]]
# Rows in their order, each as long as the header, and the counts of their values; returns the numbers of those that
# break the rule.
Watcher = Callable[[Sequence[Row], Counts], set[int]]


@dataclass(frozen=True)
class Watch:
    """A rule that looks at whole rows: `see` takes them by the thousand, `done` is called after the last."""

    see: Watcher
    done: Callable[[], None] = lambda: None


# For a table, how its rows are watched; None where the rule has nothing to say about it.
RowCheck = Callable[[Table, Spots], Watch | None]

CELL_CHECKS: dict[str, list[CellCheck]] = {}
ROW_CHECKS: dict[str, list[RowCheck]] = {}


def cell_check(rule: str) -> Callable[[CellCheck], CellCheck]:
    """Register a function as a check of single values for this rule."""

    def register(check: CellCheck) -> CellCheck:
        CELL_CHECKS.setdefault(rule, []).append(check)
        return check

    return register


def row_check(rule: str) -> Callable[[RowCheck], RowCheck]:
    """Register a function as a check of rows or of the table as a whole for this rule."""

    def register(check: RowCheck) -> RowCheck:
        ROW_CHECKS.setdefault(rule, []).append(check)
        return check

    return register
