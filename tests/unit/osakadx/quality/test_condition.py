from __future__ import annotations

import pytest
from osakadx.quality.condition import condition
from osakadx.quality.evidence import Link, Reading
from osakadx.tables.findings import found

NOW = "2026-11-26T09:16:58+00:00"


def missing(verdict):
    return Link(verdict, "not-found", "このアドレスには何もありません(404)。", status=404, checked=NOW)


def read(format, declared, *rules):
    details = {"declared": declared, "real": format, "format": format, "called": "Shift_JIS"}
    return Reading(format, declared, findings=tuple(found(rule, **details) for rule in rules))


@pytest.mark.parametrize("verdict", ["unknown", "ok", "gone"])
def test_a_failure_is_told_at_once_whatever_the_verdict_is_until_now(verdict):
    seen = condition(missing(verdict), read("CSV", "CSV"))
    assert (seen.state, seen.status, seen.checked) == ("fails", 404, NOW)
    assert seen.reason == "このアドレスには何もありません(404)。"


def test_a_page_instead_of_the_data_is_called_a_page():
    seen = condition(Link("ok", "is-web-page", "ファイルではなく…", checked=NOW), read("CSV", "CSV"))
    assert (seen.state, seen.format) == ("web-page", "HTML")


@pytest.mark.parametrize(
    "reading, state, format",
    [
        (read("ENCRYPTED", "XLSX", "file-encrypted"), "encrypted", ""),
        (read("EMPTY", "CSV", "file-empty"), "empty", ""),
        (read("HTML", "CSV", "format-differs", "is-web-page"), "web-page", "HTML"),
        (read("XLSX", "CSV", "format-differs"), "differs", "XLSX"),
        (read("HTML", "HTML", "is-web-page"), "", ""),
        (read("CSV", "CSV", "encoding-not-utf8"), "", ""),
    ],
)
def test_what_the_bytes_are_is_told_where_it_is_not_what_was_declared(reading, state, format):
    seen = condition(Link("ok", checked=NOW), reading)
    assert (seen.state, seen.format) == (state, format)


def test_a_file_nobody_has_looked_at_has_nothing_to_tell():
    seen = condition(None, None)
    assert (seen.state, seen.checked) == ("", "")
