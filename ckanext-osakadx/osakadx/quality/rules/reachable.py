"""取得できる: every file answers a GET with the data, safely, without a login page."""

from __future__ import annotations

from collections.abc import Iterator

from osakadx.quality.evidence import File
from osakadx.quality.rule import Costs, Shortfall, rule


@rule("file-answers", on="link")
def file_answers(file: File, costs: Costs) -> Iterator[Shortfall]:
    """The address gives the file, not an error, a login or a page about it."""
    del costs
    link = file.link
    if link is not None and not link.answers:
        yield Shortfall(case=link.verdict, value=link.url, facts={"reason": link.reason})


@rule("file-over-tls", on="link")
def file_over_tls(file: File, costs: Costs) -> Iterator[Shortfall]:
    """The file comes over an encrypted connection, so that nobody can change it on the way."""
    del costs
    link = file.link
    if link is not None and (link.final or link.url)[:7].lower() == "http://":
        yield Shortfall(value=link.url)
