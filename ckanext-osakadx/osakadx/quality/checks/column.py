"""What a column is: the role its name, its standard and its values give it, which decides what is looked for in it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from osakadx import dates
from osakadx.standards.standard import Column as Spec
from osakadx.tables.kinds import kind

Role = Literal[
    "latitude", "longitude", "municipality-code", "corporate-number", "code", "id", "postal", "phone", "email", "url",
    "kana", "date", "time", "prefecture", "municipality", "address", "number", "text",
]  # fmt: skip
# Roles in which a value names something or is an instant; words that stand for "nothing" have no place in them.
FORMATTED: frozenset[Role] = frozenset({"number", "date", "time", "latitude", "longitude"})

_NAMED: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("latitude", re.compile(r"緯度|^(?:lat|latitude|ido)$|[_ .](?:lat|latitude)$")),
    ("longitude", re.compile(r"経度|^(?:lon|lng|long|longitude|keido)$|[_ .](?:lon|lng|long|longitude)$")),
    ("municipality-code", re.compile(r"地方公共団体コード|市区?町?村コード|^団体コード$|自治体コード|^district_code$")),
    ("corporate-number", re.compile(r"^法人番号$|_法人番号$")),
    ("postal", re.compile(r"郵便番号|^〒|postal ?code|^zip")),
    (
        "phone",
        re.compile(r"^(?!.*(?:内線|備考|有無|受付)).*(?:電話|fax|ファ(?:ック|ク)ス|(?:^|[^a-z])tel|telephone|phone)"),
    ),
    ("email", re.compile(r"メール(?:アドレス)?$|e-?mail$")),
    ("url", re.compile(r"^(?!.*有無).*(?:url|uri|ホームページ|ウェブサイト|webサイト)")),
    ("kana", re.compile(r"カナ|フリガナ|ふりがな|読み$|ヨミ|(?:^|_)かな|名かな|kana")),
    ("id", re.compile(r"^(?:id|no\.?|№|番号|管理番号|識別子|通し番号|整理番号|連番)$|_id$")),
    ("prefecture", re.compile(r"^(?!.*コード).*都道府県(?:名|名称)?$|^pref(?:_name|ecture)?$")),
    ("municipality", re.compile(r"^(?!.*コード)(?!.*情報).*(?:市区?町?村名|地方公共団体名|自治体名)$|^city_name$")),
    ("address", re.compile(r"住所$|所在地$|連結表記$|^address$|fulladdress")),
)
_DATE_NAMES = re.compile(r"年月日|日付|(?:^|[^曜休平祝定時縦毎翌当利用可能])日$|(?:開始|終了|登録|更新|公開)日|date$")
# Names under which numbers can be nothing but days that a spreadsheet counts.
_SURELY_DATES = re.compile(r"年月日$|日付$|(?:開始|終了|登録|更新|公開|許可|指定|設置|設立|開設)日$")
_TIME_NAMES = re.compile(
    r"(?:開始|終了|開館|閉館|開所|閉所|営業|利用開始|利用終了)(?:時間|時刻)$|時刻$|^(?:start|end)time$"
)
_CODE_NAMES = re.compile(r"コード|番号|(?:^|[^a-z])(?:id|code|cd|no)\.?$|識別")
_QUANTITY_NAMES = re.compile(r"数$|数[(_]|人口|額|量$|面積|率|計$|距離|価格|費|世帯|定員|延べ|標高|高度の値")
_NUMBER = re.compile(r"[-+△▲−]?\s?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d+)?")
# A number with what should not be beside it: units before or behind, about, more than.
_WITH_UNIT = re.compile(rf"(?:約|計|延べ|¥|\\|第)?\s?{_NUMBER.pattern}\s?[^\d\s.,:/()-]{{1,8}}")
_YEN = re.compile(rf"[¥\\]\s?{_NUMBER.pattern}-?")
# Names that mean one thing everywhere: what stands there is judged as such, however little it looks like it.
_BELIEVED = re.compile(r"電話番号|fax番号|緯度|経度|郵便番号|法人番号|名称_カナ|全国地方公共団体コード")
_LOOKED_AT = 300
_USUAL = 0.5


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        number: as a spreadsheet counts, from 1. title: as written in the header.
        spec: the column of the standard that it is, or None.
        counts: filled values of the first rows, as written, with how often each was met. rows: how many rows these are.
    """

    number: int
    title: str
    spec: Spec | None
    counts: Mapping[str, int]
    rows: int

    @property
    def shown(self) -> str:
        """Its name for people."""
        return self.title.strip() or f"{self.number}列目"

    @cached_property
    def name(self) -> str:
        """Its name to be compared: NFKC, lower case, of the standard where it is known."""
        return folded(self.spec.name if self.spec else self.title)

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The distinct values, in the order in which they were met."""
        return tuple(self.counts)

    @cached_property
    def filled(self) -> int:
        """How many of the rows have a value."""
        return sum(self.counts.values())

    @cached_property
    def folded(self) -> Mapping[str, int]:
        """Some of the values in NFKC and lower case without blanks around them, with how often each was met."""
        return {folded(value): self.counts[value] for value in self.values[:_LOOKED_AT]}

    @property
    def plain(self) -> tuple[str, ...]:
        """The same without the counts."""
        return tuple(self.folded)

    @cached_property
    def role(self) -> Role:
        """What it is."""
        return _role(self)


def folded(text: str) -> str:
    """Return a text in NFKC and lower case without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def columns_of(
    header: Sequence[str], rows: Sequence[Sequence[str]], specs: Sequence[Spec | None]
) -> tuple[Column, ...]:
    """Return the columns of a table.

    Args:
        header: one name per column. rows: the first data rows, each as long as the header.
        specs: for each column, what it is in the standard data set, or None.
    """
    found: list[Column] = []
    for place, (title, spec) in enumerate(zip(header, specs, strict=True)):
        cells = [row[place] for row in rows]
        filled = Counter(cell for cell in cells if cell and not cell.isspace())
        found.append(Column(place + 1, title, spec, filled, len(cells)))
    return tuple(found)


def is_number(plain: str) -> bool:
    """Say whether a folded value is a number, however it is grouped and signed."""
    return _NUMBER.fullmatch(plain) is not None


def is_dirty_number(plain: str) -> bool:
    """Say whether a folded value is a number with letters around it (約10人)."""
    return is_yen(plain) or (_WITH_UNIT.fullmatch(plain) is not None and kind(plain) != "date")


def is_yen(plain: str) -> bool:
    """Say whether a folded value is a number with the sign of yen before it (¥1,000)."""
    return _YEN.fullmatch(plain) is not None


def _role(column: Column) -> Role:
    declared = _SPEC_ROLES.get(column.spec.type) if column.spec else None
    for role, pattern in _NAMED:
        if pattern.search(column.name):
            return role if _plausible(role, column) else _by_values(column)
    return declared if declared is not None else _by_values(column)


_SPEC_ROLES: dict[str, Role] = {"number": "number", "integer": "number", "date": "date", "time": "time", "uri": "url"}


def _plausible(role: Role, column: Column) -> bool:
    """Say whether values can be of the role that the name gives; what a standard names is believed."""
    if column.spec is not None or not column.folded or _BELIEVED.fullmatch(column.name):
        return True
    proof = _PROOFS.get(role)
    return proof is None or _share(column.folded, proof) >= _USUAL


def _by_values(column: Column) -> Role:
    values = column.folded
    if not values:
        return "text"
    if _TIME_NAMES.search(column.name) and _share(values, lambda value: kind(value) == "date" and ":" in value) > 0:
        return "time"
    dated = _share(values, _is_date)
    if dated >= 0.8 or (_DATE_NAMES.search(column.name) and dated > 0.3):
        return "date"
    if _SURELY_DATES.search(column.name) and _share(values, dates.of_serial) >= 0.8:
        return "date"
    if _CODE_NAMES.search(column.name) and not _QUANTITY_NAMES.search(column.name):
        return "code"
    numeric = _share(values, lambda value: is_number(value) or kind(value) == "mark" or is_dirty_number(value))
    clean = _share(values, is_number)
    if numeric > _USUAL and (clean >= _USUAL or _QUANTITY_NAMES.search(column.name)):
        return "number"
    return "text"


def _is_date(value: str) -> bool:
    return len(value) >= 6 and kind(value) == "date" and ":" not in value[:6] and _full(value)


def _full(value: str) -> bool:
    read = dates.partial_date(value)
    return (read is not None and len(read) == 10) or re.fullmatch(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}", value) is not None \
        or re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", value) is not None  # fmt: skip


def _share(values: Mapping[str, int], proof: Callable[[str], object]) -> float:
    """The part of the rows whose value passes."""
    return sum(count for value, count in values.items() if proof(value)) / sum(values.values())


_PROOFS: dict[Role, Callable[[str], object]] = {
    "latitude": lambda value: kind(value) in ("number", "code"),
    "longitude": lambda value: kind(value) in ("number", "code"),
    "municipality-code": lambda value: value.isdecimal(),
    "corporate-number": lambda value: kind(value) in ("number", "code"),
    "phone": lambda value: sum(map(str.isdecimal, value)) >= 6 or kind(value) == "mark",
    "postal": lambda value: sum(map(str.isdecimal, value)) >= 6,
    "url": lambda value: "://" in value or "www." in value,
    "email": lambda value: "@" in value,
    "kana": lambda value: re.search(r"[ぁ-ゖァ-ヺ]", value),
    "id": lambda value: len(value) <= 40,
    "prefecture": lambda value: len(value) <= 5,
}
