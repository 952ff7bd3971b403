"""Decodes a text file and says how: encoding, what was lost, mixed or cut."""

from __future__ import annotations

import re

from osakadx.tables import encoding, mixed
from osakadx.tables.encoding import Encoding
from osakadx.tables.findings import found
from osakadx.tables.limits import Limits
from osakadx.tables.mixed import Mixture
from osakadx.tables.source import Source
from osakadx.tables.survey import Report

CALLED = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "cp932": "Shift_JIS(CP932)",
    "euc-jp": "EUC-JP",
    "iso-2022-jp": "JIS(ISO-2022-JP)",
}
# Characters for which CP932 and Unicode do not agree (波ダッシュ問題).
_WAVES = re.compile("[～－∥]")
# Direction marks and blanks of no width; joiners are left out, which emoji and some scripts need.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_JAPANESE = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
_LINE_CHARS = 500
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode(source: Source, limits: Limits, report: Report) -> Encoding | Mixture | None:
    """Return how the bytes become characters, or None (and a finding) where they are no Japanese text."""
    text = encoding.detect(source)
    if text is None:
        return _unmix(source, limits, report)
    if text.name != "utf-8":
        report(found("encoding-not-utf8", value=text.name, called=CALLED[text.name]))
    if text.cut:
        report(found("text-cut-at-end", count=text.cut))
    if "nul" in text.marks:
        report(found("nul-characters"))
    if "lost" in text.marks:
        report(found("characters-lost"))
    if hidden := _INVISIBLE.search(text.sample):
        report(found("invisible-characters", value=f"U+{ord(hidden[0]):04X}"))
    if text.name == "utf-8" and (before := _garbled(text.sample)):
        report(found("text-garbled", value=before))
    if text.name == "cp932" and _WAVES.search(text.sample):
        report(found("cp932-wave-and-minus"))
    return text


def _garbled(sample: str) -> str | None:
    """Return what a text was before somebody read its UTF-8 as Latin-1, as Windows-1252 or as CP932 and saved that."""
    line = next((line for line in sample.splitlines() if not line.isascii()), "")[:_LINE_CHARS]
    for codec in ("latin-1", "cp1252", "cp932"):
        try:
            before = line.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
        if _JAPANESE.search(before):
            return before
    return None


def _unmix(source: Source, limits: Limits, report: Report) -> Mixture | None:
    head = source.head()
    if len(_CONTROLS.findall(head)) * 50 > len(head):
        report(found("format-unknown"))
        return None
    mixture = mixed.unmix(source, limits.line_chars)
    if isinstance(mixture, Mixture):
        place, other = mixture.stray, CALLED[mixture.stray_name]
        main, where = CALLED[mixture.name], str(place.offset)
        report(found("encoding-mixed", value=where, line=place.line, offset=where, main=main, other=other))
        return mixture
    report(found("encoding-undecodable", value=str(mixture.offset), line=mixture.line, offset=mixture.offset))
    return None
