"""Publishers (公表組織): the prefecture, its departments and the municipalities, as the portal's organisations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from osakadx import data, text
from osakadx.vocab import spelling
from osakadx.vocab.place import municipalities

PREFECTURE = "270008"
_DEPARTMENTS = "departments.csv"


@dataclass(frozen=True)
class Publisher:
    """A body that publishes.

    Attributes:
        name: the organisation's name on the portal: six-digit code, or code and short word for a department.
        kind: 都道府県, a kind of municipality, or a kind of department (部局, 議会, 教育委員会, 行政委員会 …).
        parent: name of the organisation above it, or empty.
        website: its home page, or empty.
    """

    name: str
    title_ja: str
    title_en: str
    kind: str
    parent: str = ""
    website: str = ""

    @property
    def code(self) -> str:
        """全国地方公共団体コード of the body, for a department that of its prefecture."""
        return self.name[:6]


@cache
def publishers() -> tuple[Publisher, ...]:
    """Return all publishers: the prefecture, its departments in their official order, then the municipalities."""
    prefecture = Publisher(PREFECTURE, "大阪府", "Osaka Prefecture", "都道府県", "", "https://www.pref.osaka.lg.jp/")
    departments = (
        Publisher(row["name"], row["name_ja"], row["name_en"], row["kind"], row["parent"])
        for row in data.rows(_DEPARTMENTS, ("name", "parent", "name_ja", "name_en", "kind", "order", "note"))
    )
    bodies = (
        Publisher(entry.code, entry.name_ja, entry.name_en, entry.kind, "", entry.website) for entry in municipalities()
    )
    return (prefecture, *departments, *bodies)


@cache
def _by_name() -> Mapping[str, Publisher]:
    return {entry.name: entry for entry in publishers()}


@cache
def _spellings() -> Mapping[str, str]:
    pairs: list[tuple[str, str]] = []
    for entry in publishers():
        names = [entry.name, entry.title_ja, entry.title_en, f"大阪府{entry.title_ja}"]
        pairs += [(name, entry.name) for name in names]
        pairs += [(entry.name[:5], entry.name)] if len(entry.name) == 6 else []
    return spelling.table(pairs, _DEPARTMENTS)


def publisher_of(written: str) -> Publisher | None:
    """Find the publisher that a text names: organisation name, code (five or six digits), Japanese or English title."""
    name = _spellings().get(text.squeeze(written))
    return _by_name()[name] if name else None
