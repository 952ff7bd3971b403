"""標準と書式: what is judged of the columns as a whole; the cells are looked at in `osakadx.quality.checks`."""

from __future__ import annotations

from collections.abc import Iterator

from osakadx.quality.evidence import File
from osakadx.quality.rule import Costs, Shortfall, counted, rule

_RULE = "columns-of-the-standard"
_COUNTED = counted(_RULE)


@rule(_RULE, on="check")
def columns_of_the_standard(file: File, costs: Costs) -> Iterator[Shortfall]:
    """The columns are those of the standard data set; those of any other table are described in the catalog."""
    check = file.check
    known = check is not None and check.standard is not None and check.standard.edition is not None
    if known:
        yield from _COUNTED(file, costs)
    elif not file.described:
        yield Shortfall(case="undescribed")
