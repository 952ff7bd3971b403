"""What the values of a column are, whatever its name says: degrees, codes, readings, telephones, flags …"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Literal

from osakadx import vocab
from osakadx.standards.standard import Column

ValueClass = Literal[
    "empty", "latitude", "longitude", "code", "prefecture", "municipality", "kana", "latin", "address", "phone",
    "postal", "url", "email", "umu", "flag", "date", "time", "weekdays", "number", "text",
]  # fmt: skip
# Classes that few columns have, so that meeting one where it is expected says much.
TELLING: frozenset[ValueClass] = frozenset(
    {"latitude", "longitude", "code", "prefecture", "municipality", "kana", "address", "phone", "postal", "url",
     "email", "umu", "flag", "date", "time", "weekdays"}
)  # fmt: skip
_MOST = 0.7
_LOOKED_AT = 200


def _band(low: float, high: float) -> Callable[[str], bool]:
    def within(value: str) -> bool:
        try:
            return low <= float(value) <= high and "." in value
        except ValueError:
            return False

    return within


def _pattern(expression: str) -> Callable[[str], bool]:
    compiled = re.compile(expression)
    return lambda value: compiled.fullmatch(value) is not None


_CLASSES: tuple[tuple[ValueClass, Callable[[str], bool]], ...] = (
    ("latitude", _band(20.0, 46.0)),
    ("longitude", _band(122.0, 154.5)),
    ("umu", _pattern("有|無")),
    ("flag", _pattern("1|○|◯")),
    ("code", lambda value: len(value) in (5, 6) and value.isdecimal() and _is_code(value)),
    ("postal", _pattern(r"〒?\d{3}-\d{4}")),
    ("phone", _pattern(r"\(?0\d{1,4}\)?-?\d{1,4}-\d{3,4}(?: ?/ ?.*)?")),
    ("time", _pattern(r"\d{1,2}:\d\d(?::\d\d)?")),
    ("date", _pattern(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}/\d{1,2}/\d{4}")),
    ("weekdays", _pattern("[月火水木金土日祝]{1,8}")),
    ("prefecture", _pattern("東京都|北海道|(?:大阪|京都)府|.{2,3}県")),
    ("municipality", _pattern("(?:[^0-9]{2,3}[都道府県])?[^0-9]{1,6}[市区町村](?:[^0-9]{1,4}区)?")),
    ("address", _pattern(r"(?:.{2,3}[都道府県])?[^0-9]{1,8}[市区町村郡].*[0-9番丁].*")),
    ("url", _pattern(r"https?://\S+")),
    ("email", _pattern(r"[^@\s]+@[^@\s]+")),
    ("kana", _pattern(r"(?=.*[ァ-ヺ])[ァ-ヺーヽヾ・ 0-9A-Za-z()&.,-]+")),
    ("latin", _pattern(r"(?=.*[A-Za-z])[ -~]+")),
    ("number", _pattern(r"[-+]?\d[\d,]*(?:\.\d+)?")),
)


def _is_code(value: str) -> bool:
    return vocab.is_local_government_code(value) if len(value) == 6 else 1 <= int(value[:2]) <= 47


def value_class(cells: Sequence[str]) -> ValueClass:
    """Return the class that most of the filled cells have, ``text`` where none prevails."""
    values = [unicodedata.normalize("NFKC", cell).strip() for cell in cells[:_LOOKED_AT]]
    values = [value for value in values if value]
    if not values:
        return "empty"
    for name, proof in _CLASSES:
        if sum(1 for value in values if proof(value)) >= _MOST * len(values):
            return name
    return "text"


_EXPECTED: tuple[tuple[ValueClass, re.Pattern[str]], ...] = (
    ("latitude", re.compile("緯度$")),
    ("longitude", re.compile("経度$")),
    ("code", re.compile("地方公共団体コード$|市区町村コード$")),
    ("prefecture", re.compile("都道府県(?:名)?$")),
    ("municipality", re.compile("市区町村(?:名)?$|地方公共団体名$")),
    ("kana", re.compile("カナ[)）]?(?:表記)?$")),
    ("latin", re.compile("英[字語][)）]?$")),
    ("address", re.compile("住所$|所在地$|連結表記$")),
    ("phone", re.compile("電話番号$|FAX番号$")),
    ("postal", re.compile("郵便番号$")),
    ("weekdays", re.compile("曜日$")),
)
_TYPES: dict[str, ValueClass] = {
    "number": "number", "integer": "number", "date": "date", "time": "time", "uri": "url", "email": "email",
}  # fmt: skip


def expected_class(column: Column) -> ValueClass:
    """Return the class that the values of a standard's column have."""
    for name, pattern in _EXPECTED:
        if pattern.search(column.name):
            return name
    if column.codes in ("umu", "flag_1_blank"):
        return "umu" if column.codes == "umu" else "flag"
    return _TYPES.get(column.type, "text")


# Classes that may stand for each other: what is written without care, or too rarely to be sure of.
_LOOSE: tuple[tuple[ValueClass, ValueClass], ...] = (
    ("text", "latin"), ("text", "municipality"), ("text", "address"), ("text", "weekdays"), ("text", "url"),
    ("text", "kana"), ("number", "flag"), ("text", "number"), ("text", "phone"), ("kana", "latin"), ("umu", "text"),
    ("text", "time"), ("text", "date"), ("text", "prefecture"), ("text", "postal"), ("number", "code"),
)  # fmt: skip
_ALIKE = frozenset(map(frozenset, _LOOSE))


def agreement(found: ValueClass, expected: ValueClass) -> float:
    """Return how well values fit a column: 2 for a telling class, 1 for a plain one, little for a blank column.

    Below 0 where they contradict it.
    """
    if found == "empty":
        return 0.3
    if found == expected:
        return 2.0 if found in TELLING else 1.0
    return 0.1 if frozenset((found, expected)) in _ALIKE else -2.0
