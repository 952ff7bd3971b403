"""機械で読める: the bytes become the table that their publisher meant, without guessing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from osakadx.quality.evidence import File
from osakadx.quality.rule import Costs, Shortfall, quoted, rule
from osakadx.tables.findings import unreadable

# Of the older encodings Shift_JIS is the one that Excel still opens.
_STILL_OPENED = frozenset({"cp932", "utf-16-le", "utf-16-be"})


@rule("file-is-a-table", on="reading")
def file_is_a_table(file: File, costs: Costs) -> Iterator[Shortfall]:
    """Rows and columns come out of the file."""
    if file.reading is None or file.reading.readable:
        return
    findings = file.reading.findings
    said = next((finding for finding in findings if unreadable(finding.rule) or finding.rule in costs), None)
    yield Shortfall(finding=said, facts={"format": file.reading.format})


@rule("format-is-the-declared-one", on="reading", quiet=True)
def format_is_the_declared_one(file: File, costs: Costs) -> Iterator[Shortfall]:
    """What the bytes are is what the catalog or the file name says."""
    yield from quoted(file, costs)


@rule("format-opens-everywhere", on="reading", quiet=True)
def format_opens_everywhere(file: File, costs: Costs) -> Iterator[Shortfall]:
    """Programs open the file as it is: no old format, nothing packed, no part left behind."""
    yield from quoted(file, costs)


@rule("decodes-without-loss", on="reading", quiet=True)
def decodes_without_loss(file: File, costs: Costs) -> Iterator[Shortfall]:
    """Every byte becomes the character that was typed."""
    yield from quoted(file, costs)


@rule("encoding-is-utf-8", on="reading", quiet=True)
def encoding_is_utf_8(file: File, costs: Costs) -> Iterator[Shortfall]:
    """The text is in UTF-8; Shift_JIS is read too, but costs half."""
    for shortfall in quoted(file, costs):
        still = file.reading is not None and file.reading.encoding in _STILL_OPENED
        yield replace(shortfall, cost=shortfall.cost / 2 if still else shortfall.cost)


@rule("header-is-one-row", on="reading", quiet=True)
def header_is_one_row(file: File, costs: Costs) -> Iterator[Shortfall]:
    """The first row names every column, once each."""
    yield from quoted(file, costs)


@rule("rows-are-even", on="reading", quiet=True)
def rows_are_even(file: File, costs: Costs) -> Iterator[Shortfall]:
    """Every row has as many cells as the header."""
    reading = file.reading
    if reading is None:
        return
    uneven = sum(table.ragged for table in reading.tables) / max(1, reading.rows)
    for shortfall in quoted(file, costs):
        ragged = shortfall.finding is not None and shortfall.finding.rule == "ragged-row"
        yield replace(shortfall, affected=min(1.0, uneven) if ragged else 1.0)
