"""質問への回答: whoever asks is answered."""

from __future__ import annotations

from osakadx.quality.evidence import Evidence
from osakadx.quality.rule import Costs, Shortfall, dataset_rule

_HALF = 0.5
_ENOUGH = 3  # questions from which on the points follow from them alone; each that is missing stands for a half


@dataset_rule("questions-are-answered", on="answers")
def questions_are_answered(evidence: Evidence, costs: Costs) -> list[Shortfall] | None:
    """Questions are answered within the promised time; where nobody asked, half of the points.

    One answer alone is not worth all the points, or asking oneself once would be.
    """
    del costs
    said = evidence.answers
    if said is None:
        return None
    settled = said.in_time + said.late
    if not settled:
        return [Shortfall(cost=_HALF, case="none")]
    missing = max(0, _ENOUGH - settled)
    cost = (said.late + _HALF * missing) / (settled + missing)
    if said.late:
        case = "late" if said.overdue is None or said.overdue else "was-late"
        return [Shortfall(cost=cost, case=case, facts={"count": said.overdue or said.late})]
    return [Shortfall(cost=cost, case="few", facts={"count": said.in_time})] if missing else []
