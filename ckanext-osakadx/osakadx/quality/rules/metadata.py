"""ライセンス・連絡先・説明: what a stranger needs before using data."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from osakadx import text, vocab
from osakadx.quality.evidence import Evidence
from osakadx.quality.rule import Costs, Shortfall, dataset_rule

_SHORT = 25  # letters; a sentence that says what, when and where has more
_WORD = re.compile(r"[一-鿿々]+|[ァ-ヺー]+|[a-z]+")
_REPEATED = 0.5


@dataset_rule("license-is-open", on="metadata")
def license_is_open(evidence: Evidence, costs: Costs) -> list[Shortfall] | None:
    """The licence is an open one of the vocabulary."""
    del costs
    said = evidence.metadata
    if said is None or _is_open(said.license):
        return []
    return [Shortfall(case="closed" if said.license.strip() else "missing", value=said.license)]


@dataset_rule("contact-works", on="metadata")
def contact_works(evidence: Evidence, costs: Costs) -> list[Shortfall] | None:
    """Somebody can be reached: mail was answered from there; a contact nobody has tried counts for two thirds."""
    del costs
    said = evidence.metadata
    if said is None or said.contact_state == "confirmed":
        return []
    if not said.contact.strip() or said.contact_state == "none":
        return [Shortfall(case="missing")]
    if said.contact_state == "bounced":
        return [Shortfall(case="bounced", value=said.contact)]
    return [Shortfall(cost=1 / 3, case="unconfirmed", value=said.contact)]


@dataset_rule("description-tells", on="metadata")
def description_tells(evidence: Evidence, costs: Costs) -> list[Shortfall] | None:
    """The description says more than the title, of this data set alone, in words and not in their repetition."""
    del costs
    said = evidence.metadata
    if said is None:
        return []
    case = _weakness(said.description, said.title, said.siblings)
    return [Shortfall(cost=_COSTS[case], case=case)] if case else []


@lru_cache(maxsize=1024)
def _is_open(license: str) -> bool:
    return vocab.is_open(license)


_COSTS = {"missing": 1.0, "title": 1.0, "empty-words": 1.0, "short": 0.5, "shared": 0.5}


@lru_cache(maxsize=4096)  # a re-score meets the same text of a data set again for each of its steps
def _weakness(description: str, title: str, siblings: int) -> str:
    plain, name = text.squeeze(description), text.squeeze(title)
    if not plain:
        return "missing"
    rest = plain.replace(name, "") if name else plain
    if len(rest) < 5:
        return "title"
    uses = Counter(_WORD.findall(text.fold(description)))
    if sum(uses.values()) >= 10 and len(uses) < _REPEATED * sum(uses.values()):
        return "empty-words"
    # Length is counted over different words, so that padding adds nothing.
    if sum(map(len, uses)) < _SHORT // 2 or len(rest) < _SHORT:
        return "short"
    return "shared" if siblings else ""


@dataset_rule("period-and-area-are-named", on="metadata")
def period_and_area_are_named(evidence: Evidence, costs: Costs) -> list[Shortfall] | None:
    """When and where the data are about is named."""
    del costs
    said = evidence.metadata
    if said is None:
        return []
    cases = (("period", said.temporal), ("area", said.spatial))
    return [Shortfall(cost=0.5, case=case) for case, there in cases if not there]
