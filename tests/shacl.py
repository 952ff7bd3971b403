"""The SHACL shapes of DCAT-AP 3.0.1, for checking what the portal's DCAT endpoints answer."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyshacl
from rdflib import Graph, Namespace

_SHAPES = Path(__file__).parent / "fixtures" / "dcat" / "dcat-ap-3.0.1-SHACL.ttl"
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
