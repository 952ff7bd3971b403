"""表の作り: what only the reader of the file can see, in place of cells (merged cells, pictures, quotation marks)."""

from __future__ import annotations

from collections.abc import Iterator

from osakadx.quality.evidence import File
from osakadx.quality.rule import Costs, Shortfall, quoted, rule


@rule("cells-are-not-merged", on="check", quiet=True)
def cells_are_not_merged(file: File, costs: Costs) -> Iterator[Shortfall]:
    """No cells are merged into one."""
    yield from quoted(file, costs)


@rule("no-objects-on-sheets", on="check", quiet=True)
def no_objects_on_sheets(file: File, costs: Costs) -> Iterator[Shortfall]:
    """No picture, drawing or chart lies on a sheet."""
    yield from quoted(file, costs)


@rule("fields-are-quoted", on="check", quiet=True)
def fields_are_quoted(file: File, costs: Costs) -> Iterator[Shortfall]:
    """Fields with commas or line breaks are in quotation marks, and marks in them are doubled."""
    yield from quoted(file, costs)
