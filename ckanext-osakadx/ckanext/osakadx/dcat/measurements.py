"""A score as measurements in the W3C's Data Quality Vocabulary (DQV, 2016-12-15): one for each dimension, one for all.

Metrics are terms of the portal with addresses of their own; their dimensions are the characteristics of ISO/IEC 25012
as DS-468 names them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from osakadx import data
from rdflib import BNode, Graph, Literal, Namespace, URIRef

from ckanext.dcat.profiles.base import RDF, SKOS, XSD
from ckanext.osakadx.dcat import nodes

DQV = Namespace("http://www.w3.org/ns/dqv#")
PROV = Namespace("http://www.w3.org/ns/prov#")
_ALL = {
    "slug": "score",
    "label": "採点した観点の合計(100点満点に直した点)",
    "label_en": "All examined dimensions, of a hundred",
}
_GRADE = {"slug": "grade", "label": "評価(A から D)", "label_en": "Grade (A to D)"}


def add(graph: Graph, dataset: URIRef, catalog: str, score: Mapping[str, Any]) -> None:
    """Add what a score says of a data set; nothing while nothing was examined.

    Args:
        catalog: address of the catalog, without a slash at its end.
        score: as ``osakadx_quality_show`` gives it: grade, points, max, dimensions, checked.
    """
    if not score["grade"] or not score["max"]:
        return
    graph.bind("dqv", DQV)
    graph.bind("prov", PROV)
    for part in score["dimensions"]:
        metric = _metric(graph, catalog, part, XSD.double, part["max"])
        _measure(graph, dataset, metric, Literal(float(part["points"]), datatype=XSD.double), score["checked"])
    total = round(100 * score["points"] / score["max"], 1)
    whole, grade = _metric(graph, catalog, _ALL, XSD.double, 100), _metric(graph, catalog, _GRADE, XSD.string)
    _measure(graph, dataset, whole, Literal(total, datatype=XSD.double), score["checked"])
    _measure(graph, dataset, grade, Literal(score["grade"]), score["checked"])


def _measure(graph: Graph, dataset: URIRef, metric: URIRef, value: Literal, when: str) -> None:
    node = BNode()
    graph.add((dataset, DQV.hasQualityMeasurement, node))
    graph.add((node, RDF.type, DQV.QualityMeasurement))
    graph.add((node, DQV.computedOn, dataset))
    graph.add((node, DQV.isMeasurementOf, metric))
    graph.add((node, DQV.value, value))
    graph.add((node, PROV.generatedAtTime, Literal(when, datatype=XSD.dateTime)))


def _metric(graph: Graph, catalog: str, part: Mapping[str, Any], kind: URIRef, most: float | None = None) -> URIRef:
    metric = URIRef(f"{catalog}/quality/metrics#{part['slug']}")
    if (metric, RDF.type, DQV.Metric) in graph:
        return metric
    graph.add((metric, RDF.type, DQV.Metric))
    nodes.named(graph, metric, SKOS.prefLabel, part["label"], part["label_en"])
    graph.add((metric, DQV.expectedDataType, kind))
    if most is not None:
        nodes.named(graph, metric, SKOS.definition, f"0から{most:g}点", f"0 to {most:g} points")
    if named := _characteristics().get(part["slug"]):
        dimension = URIRef(f"{catalog}/quality/metrics#ISO25012-{named[1]}")
        graph.add((metric, DQV.inDimension, dimension))
        graph.add((dimension, RDF.type, DQV.Dimension))
        nodes.named(graph, dimension, SKOS.prefLabel, *named)
    return metric


@cache
def _characteristics() -> dict[str, tuple[str, str]]:
    """Dimension of the score → the characteristic it measures, in Japanese and English."""
    rows = data.rows("vocabularies/quality_dimensions.csv")
    return {row["score"]: (row["label_ja"], row["label_en"]) for row in rows if row["score"]}
