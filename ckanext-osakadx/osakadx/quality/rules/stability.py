"""アドレスとIDが変わらない: who built on the data can go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from osakadx.quality.evidence import Evidence, File
from osakadx.quality.rule import Costs, Shortfall, dataset_rule, rule

_LOST_BY_A_MOVE = 0.5


@rule("addresses-stay", on="identity")
def addresses_stay(file: File, costs: Costs) -> Iterator[Shortfall]:
    """The file is where it was; two moves lose all."""
    del costs
    known = file.identity
    if known is not None and known.moves:
        lost = min(1.0, known.moves * _LOST_BY_A_MOVE)
        yield Shortfall(cost=lost, facts={"since": known.since, "count": known.moves})


@rule("row-ids-stay", on="identity")
def row_ids_stay(file: File, costs: Costs) -> Iterator[Shortfall]:
    """The ids of the version before are still there; a tenth may go, as things close."""
    del costs
    kept = file.identity.ids_kept if file.identity is not None else None
    if kept is not None and kept < 0.9:
        percent = round(100 * (1 - kept))
        yield Shortfall(cost=min(1.0, 1 - kept / 0.9), case="changed", facts={"percent": percent})


@dataset_rule("files-have-addresses-of-their-own", on="files")
def files_have_addresses_of_their_own(evidence: Evidence, costs: Costs) -> list[Shortfall] | None:
    """No address is registered twice."""
    del costs
    met = Counter(file.url for file in evidence.files if file.url and not file.uploaded)
    twice = [(url, count) for url, count in met.items() if count > 1]
    return [Shortfall(value=url, facts={"count": count}) for url, count in twice[:1]]
