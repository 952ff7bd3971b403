"""質問への回答: whoever asks is answered."""

from __future__ import annotations

from osakadx.quality.evidence import Evidence
from osakadx.quality.rule import Costs, Shortfall, dataset_rule

_NOBODY_ASKED = 0.5


@dataset_rule("questions-are-answered", on="answers")
def questions_are_answered(evidence: Evidence, costs: Costs) -> list[Shortfall] | None:
    """Questions are answered within the promised time; where nobody asked, half of the points."""
    del costs
    said = evidence.answers
    if said is None:
        return None
    settled = said.in_time + said.late
    if not settled:
        return [Shortfall(cost=_NOBODY_ASKED, case="none")]
    return [Shortfall(cost=said.late / settled, case="late", facts={"count": said.late})] if said.late else []
