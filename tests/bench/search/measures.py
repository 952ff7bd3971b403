"""The figures: what `judged/README.md` promises to measure, over the answers of one engine."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .corpus import Truth
from .judge import Query, confused, grade


@dataclass(frozen=True)
class Answer:
    """What an engine answered to a judged query: how many data sets, and the names of the first hundred."""

    query: Query
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """Means over some queries; recall over those with exact data sets."""

    queries: int
    zero_hits: float
    ndcg: float
    recall: float


def figures(answers: Sequence[Answer], truths: Mapping[str, Truth]) -> Figures:
    """Zero-hit rate, nDCG@10 and recall@100 over answers."""
    recalls = [found for answer in answers if (found := recall(answer, truths)) is not None]
    return Figures(
        len(answers),
        sum(answer.count == 0 for answer in answers) / len(answers),
        statistics.fmean(ndcg(answer, truths) for answer in answers),
        statistics.fmean(recalls),
    )


def ndcg(answer: Answer, truths: Mapping[str, Truth]) -> float:
    """nDCG@10 with gains 3 and 1; the ideal order is taken from all data sets."""
    ideal = sorted((grade(answer.query, truth) for truth in truths.values()), reverse=True)
    best = _gain(ideal[:10])
    return _gain([grade(answer.query, truths[name]) for name in answer.names[:10]]) / best if best else 0.0


def _gain(grades: Iterable[int]) -> float:
    return sum((2**given - 1) / math.log2(rank + 2) for rank, given in enumerate(grades))


def recall(answer: Answer, truths: Mapping[str, Truth]) -> float | None:
    """Share of the exact data sets among the first hundred, or of a hundred where there are more."""
    exact = {name for name, truth in truths.items() if grade(answer.query, truth) == 2}
    return len(exact & set(answer.names[:100])) / min(100, len(exact)) if exact else None


def confusion(answers: Sequence[Answer], truths: Mapping[str, Truth]) -> float:
    """Share of the queries in whose first ten a data set of another municipality stands."""
    return statistics.fmean(
        any(confused(answer.query, truths[name]) for name in answer.names[:10]) for answer in answers
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
