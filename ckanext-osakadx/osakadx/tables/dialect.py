"""How a delimited text file separates and quotes its fields."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from dataclasses import dataclass

# In order of preference; the full-width comma is typed by hand in Japanese input mode.
DELIMITERS = (",", "\t", ";", "|", "，")
_SAMPLE_LINES = 200
# How much more regular another separator must look before the comma is given up.
_CLEARLY = 1.2
# A separator under which quotation marks stand in the wrong places is half as likely.
_IRREGULAR = 0.5


@dataclass(frozen=True)
class Dialect:
    """Separator and quotation mark of a delimited file."""

    delimiter: str = ","
    quotechar: str = '"'


def detect(sample: str) -> Dialect:
    """Return the dialect in which the beginning of a file (whole characters, any length) falls into even rows."""
    lines = io.StringIO(sample, newline="").readlines()[:_SAMPLE_LINES]
    if len(lines) > 1 and not lines[-1].endswith(("\n", "\r")):
        lines.pop()  # perhaps only half of it is in the sample
    quotechar = _quotechar(lines)
    scores = {delimiter: _evenness(lines, delimiter, quotechar) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    if scores[best] <= scores[","] * _CLEARLY:
        best = ","
    return Dialect(best, quotechar)


def _evenness(lines: list[str], delimiter: str, quotechar: str) -> float:
    """Share of the most common number of fields, weighed by how many fields that is; 0 where nothing is separated."""
    if not any(delimiter in line for line in lines):
        return 0.0
    rows: list[list[str]] = []
    regular = 1.0
    try:
        rows.extend(row for row in csv.reader(lines, delimiter=delimiter, quotechar=quotechar, strict=True) if row)
    except csv.Error as error:
        if not rows or "unexpected end" not in str(error):  # a field may go on behind the sample
            rows, regular = [line.split(delimiter) for line in lines if line.strip()], _IRREGULAR
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0
    width, count = widths.most_common(1)[0]
    return count / len(rows) * math.log(width) * regular


def _quotechar(lines: list[str]) -> str:
    """A file that quotes with apostrophes has no double quotes and apostrophes around most fields."""
    text = "".join(lines)
    if '"' in text:
        return '"'
    quoted = len(re.findall(r"(?:^|[,\t;])'[^'\r\n]*'(?=[,\t;\r\n]|$)", text, re.M))
    return "'" if quoted > len(lines) else '"'
