"""Looks at the cells of a file: which standard data set it is, and where it breaks the rules that cells can break.

One walk over the rows, a few thousand at a time, so that a table of any length fits into the same memory. Each distinct
value of a column is judged once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from osakadx.quality.checks import agree, cells, formats, links, places, rows
from osakadx.quality.checks.check import CELL_CHECKS, ROW_CHECKS, Judge, Problem, Row, Table, Watch
from osakadx.quality.checks.column import Column, columns_of
from osakadx.quality.checks.spots import Spots
from osakadx.quality.checks.standardcolumns import tell_columns
from osakadx.quality.evidence import Check
from osakadx.quality.rowsum import RowSum
from osakadx.quality.rulebook import Rulebook, rulebook
from osakadx.standards import Standard
from osakadx.standards.recognise import Recognised, recognise
from osakadx.tables import table as tables
from osakadx.tables.members import named
from osakadx.vocab import Municipality

_MODULES = (agree, cells, formats, links, places, rows)  # importing them registers their checks

VERSION = 4  # of what is looked at in cells: another one, and every file is looked at again
CHUNK = 2_000
_REMEMBERED = 20_000  # judged values of one column
# Beside the rules of conformance, these make a row one that a program stumbles over.
_STUMBLING = frozenset({"numbers-are-numbers", "formulas-are-values"})

# Rules of the table's structure that ask what stands above and below a row; they see all rows, and no counts.
_OF_NEIGHBOURS = frozenset({"data-is-not-fragmented", "one-table-per-sheet"})


@dataclass(frozen=True)
class Asked:
    """What is known of a file beside its bytes.

    Attributes:
        municipality: the publisher, for places and codes. standard: take it for this one, whatever is recognised.
        day: today (YYYY-MM-DD), so that dates of the future are no news; empty: every date counts.
    """

    municipality: Municipality | None = None
    standard: Standard | None = None
    day: str = ""


def check(reading: tables.Reading, asked: Asked | None = None, book: Rulebook | None = None) -> Check:
    """Check the tables of a file.

    Args:
        reading: with its rows (`osakadx.tables.read.read`, or `sandboxed` with ``rows=True``).
        asked: what is known beside.
        book: the rules; those in force by default.

    Returns:
        What was found; the standard is that of the largest table.
    """
    asked, book = asked or Asked(), book or rulebook()
    spots = Spots(book.say)
    walks = [_walk(table, reading.file, asked, spots, book) for table in reading.tables if table.rows and table.columns]
    if not walks:
        return Check()
    largest = max(walks, key=lambda walk: walk.rows)
    return Check(
        standard=largest.recognised.match if largest.recognised else None,
        rows_conforming=sum(walk.rows - walk.stumbling for walk in walks),
        counts=spots.counts(),
        findings=named(spots.all(), reading.tables),
        newest=max(walk.sum.newest for walk in walks),
        content=_together(walks),
        ids=largest.sum.ids(),
    )


def _together(walks: Sequence[_Walk]) -> str:
    """One digest of all tables, in whatever order they come; empty where no rows were read."""
    total = sum(int(walk.sum.hexdigest() or "0", 16) for walk in walks)
    return f"{total % (1 << 128):032x}" if total else ""


@dataclass
class _Walk:
    """What one walk over a table leaves behind."""

    sum: RowSum
    recognised: Recognised | None
    rows: int = 0
    stumbling: int = 0


def _walk(table: tables.Table, file: str, asked: Asked, spots: Spots, book: Rulebook) -> _Walk:
    spots.sheet, spots.header = table.sheet, table.header
    width, totals = table.columns, _totals(table)
    sample = [cells for number, cells in islice(_even(table, width), CHUNK) if number not in totals]
    known = recognise(table.header, sample, name=file, asked=asked.standard)
    specs = known.specs if known else [None] * width
    columns = columns_of(table.header, sample, specs)
    view = Table(
        columns=columns,
        rows=table.rows,
        header_row=table.header_rows[-1] if table.header_rows else None,
        sample=tuple(map(tuple, sample)),
        standard=known.standard if known else None,
        edition=known.edition if known else None,
        municipality=asked.municipality,
    )
    tell_columns(view, known, spots)
    judges = [_Judges(column, view) for column in columns]
    watches = [(rule, watch) for rule, checks in ROW_CHECKS.items() for one in checks if (watch := one(view, spots))]
    neighbours = [watch for rule, watch in watches if rule in _OF_NEIGHBOURS]
    others = [one for one in watches if one[0] not in _OF_NEIGHBOURS]
    counting = _STUMBLING | {rule.slug for part in book.dimensions if part.slug == "conformance" for rule in part.rules}
    walk = _Walk(RowSum(columns, asked.day), known)
    stream = _even(table, width)
    while chunk := list(islice(stream, CHUNK)):
        walk.sum.add(cells for _, cells in chunk)
        for watch in neighbours:
            watch.see(chunk, ())
        if data := [row for row in chunk if row[0] not in totals] if totals else chunk:
            walk.rows += len(data)
            walk.stumbling += len(_look(data, judges, others, spots, counting))
    for _, watch in watches:
        watch.done()
    return walk


def _totals(table: tables.Table) -> frozenset[int]:
    """Rows that are no data: they are to be deleted, so that nothing in them needs mending.

    Where there are as many of them as other rows, they are what the table is about.
    """
    return frozenset(table.totals if len(table.totals) * 2 <= table.rows else ())


def _even(table: tables.Table, width: int) -> Iterator[Row]:
    """The data rows with their numbers, each as long as the header."""
    blanks = [""] * width
    for number, row in table.numbered():
        yield number, row if len(row) == width else [*row, *blanks][:width]


def _look(
    chunk: Sequence[Row], judges: Sequence[_Judges], watches: Sequence[tuple[str, Watch]], spots: Spots,
    counting: frozenset[str],
) -> set[int]:  # fmt: skip
    """Look at some rows; returns the numbers of those that a program stumbles over."""
    bad: set[int] = set()
    numbers = [number for number, _ in chunk]
    by_column = list(zip(*(cells for _, cells in chunk), strict=True))
    counts = list(map(Counter, by_column))
    for judge, values, met in zip(judges, by_column, counts, strict=True):
        for place, problems in judge.look(values, met, spots):
            value, column = values[place], judge.column
            for rule, (case, facts) in problems:
                where: dict[str, Any] = {"row": numbers[place], "column": column.number, "value": value}
                spots.tell(rule, case, **where, column_name=column.shown, **facts)
                if rule in counting:
                    bad.add(numbers[place])
    for rule, watch in watches:
        broken = watch.see(chunk, counts)
        if rule in counting:
            bad |= broken
    return bad


# What no rule objects to in a column of the role, told at once: most cells of most tables.
_PLAIN: Mapping[str, Callable[[str], object]] = {
    "number": re.compile(r"-?[0-9]+(?:\.[0-9]+)?").fullmatch,
    "time": re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]").fullmatch,
    "postal": re.compile(r"[0-9]{3}-[0-9]{4}").fullmatch,
    "url": re.compile(r"https?://[!-~]+").fullmatch,
    "email": re.compile(r"[A-Za-z0-9._+-]{1,64}@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z0-9]+").fullmatch,
}
_Problems = tuple[tuple[str, Problem], ...]


@dataclass
class _Judges:
    """All that is asked of the values of one column, with what was answered."""

    column: Column
    table: Table
    asked: list[tuple[str, Judge]] = field(default_factory=list[tuple[str, Judge]])
    known: dict[str, _Problems] = field(default_factory=dict[str, _Problems])

    def __post_init__(self) -> None:
        for rule, checks in CELL_CHECKS.items():
            for one in checks:
                judge = one(self.column, self.table)
                if judge is not None:
                    self.asked.append((rule, judge))

    def look(self, values: Sequence[str], counts: Mapping[str, int], spots: Spots) -> list[tuple[int, _Problems]]:
        """Return the places whose value is wrong, with what is wrong with it."""
        if not self.asked:
            return []
        if len(self.known) > _REMEMBERED:
            self.known.clear()
        filled, wrong, known = 0, False, self.known
        plain = _PLAIN.get(self.column.role)
        for value, count in counts.items():
            if not value or value.isspace():
                continue
            filled += count
            if plain is not None and plain(value):
                continue
            said = known.get(value)
            if said is None:
                said = known[value] = self._judge(value)
            wrong = wrong or bool(said)
        for rule, _ in self.asked:
            spots.looked(rule, filled)
        if not wrong:
            return []
        return [(place, said) for place, value in enumerate(values) if (said := known.get(value))]

    def _judge(self, value: str) -> _Problems:
        found: list[tuple[str, Problem]] = []
        for rule, judge in self.asked:  # once for every value of a file
            problem = judge(value)
            if problem is not None:
                found.append((rule, problem))
        return tuple(found)
