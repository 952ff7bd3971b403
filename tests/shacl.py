"""The SHACL shapes of DCAT-AP 3.0.1, for checking what the portal's DCAT endpoints answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyshacl
from rdflib import Graph, Namespace, URIRef

_SHAPES = Path(__file__).parent / "fixtures" / "dcat" / "dcat-ap-3.0.1-SHACL.ttl"
_HYDRA_NEXT = URIRef("http://www.w3.org/ns/hydra/core#next")
_FORMS = {"ttl": "turtle", "jsonld": "json-ld", "xml": "xml"}
_SH = Namespace("http://www.w3.org/ns/shacl#")


@cache
def _shapes() -> Graph:
    shapes = Graph().parse(_SHAPES)
    # The file of 3.0.1 lists two property shapes of dcat:DataService that it defines nowhere; pyshacl stops at them.
    for shape, part in [*shapes.subject_objects(_SH.property)]:
        if (part, _SH.path, None) not in shapes:
            shapes.remove((shape, _SH.property, part))
    return shapes


def violations(answer: str | bytes | Graph, form: str = "turtle") -> list[str]:
    """Return a line for every place where a catalog or data set breaks DCAT-AP 3.0.1.

    Args:
        answer: what ``/catalog.ttl``, ``/dataset/<id>.ttl`` and so on answer, or a graph.
        form: rdflib's name of its form: turtle, xml or json-ld.
    """
    graph = answer if isinstance(answer, Graph) else Graph().parse(data=answer, format=form)
    assert len(graph), "the answer says nothing at all"
    _, report, _ = pyshacl.validate(graph, shacl_graph=_shapes(), inference="none", advanced=False)
    return sorted(
        f"{report.value(result, _SH.focusNode)} {report.value(result, _SH.resultPath)} "
        f"{report.value(result, _SH.value)}: {report.value(result, _SH.resultMessage)}"
        for result in report.objects(None, _SH.result)
    )


def catalog_violations(get: Callable[[str], bytes], form: str = "ttl", query: str = "") -> list[str]:
    """Check every page of a portal's whole catalog, each as it is answered.

    Args:
        get: fetches a path of the portal.
        form: ttl, jsonld or xml.
        query: further parameters of the address.
    """
    found: list[str] = []
    page = 1
    while True:
        graph = Graph().parse(data=get(f"/catalog.{form}?page={page}&{query}"), format=_FORMS[form])
        found += violations(graph)
        if not list(graph.objects(None, _HYDRA_NEXT)):
            return found
        page += 1
