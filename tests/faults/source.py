"""A CKAN catalog on loopback that answers well until a test tells it otherwise."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.unit.loopback import Piece, Request, Site, answer, serve

Package = dict[str, Any]
FILES = 2
HTML = answer("<!DOCTYPE html><html><body><h1>メンテナンス中です</h1></body></html>", Content_Type="text/html")
RESET = b""  # the server hangs up without a word


@dataclass(frozen=True)
class Ask:
    """One request: for a page of the list, or for data sets by id."""

    page: int
    start: int
    rows: int
    ids: frozenset[str]


# What is answered instead; None: what a good catalog says.
Fault = Callable[[Ask], "bytes | Iterable[Piece] | None"]


def package(key: str, number: int, version: int = 0) -> Package:
    """One data set as another CKAN gives it; its title stands once in the whole portal."""
    guid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{key}/{number}"))
    again = f"(改訂{version})" if version else ""
    modified = f"2026-04-{1 + version:02d}T0{number % 10}:00:00.{number % 1000:03d}000"
    return {
        "id": guid, "name": f"{key}-{number}", "title": f"{key}の施設一覧その{number}{again}", "type": "dataset",
        "state": "active", "private": False, "notes": f"{key}の施設の一覧です({number}番の地区)。",
        "license_id": "cc-by", "metadata_created": "2026-04-01T00:00:00.000000", "metadata_modified": modified,
        "organization": {"name": "kita-city", "title": "北の市"}, "groups": [],
        "tags": [{"name": tag, "display_name": tag} for tag in ("施設", f"地区{number % 7}")],
        "extras": [{"key": "更新頻度", "value": "年1回"}],
        "resources": [
            {
                "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{key}/{number}/{file}")), "state": "active",
                "name": f"{2025 + file}年度", "description": "", "format": "CSV", "mimetype": "text/csv",
                "url": f"https://data.example.jp/{key}/{number}/{file}.csv", "position": file,
                "created": "2026-04-01T00:00:00.000000", "last_modified": modified,
            }
            for file in range(FILES)
        ],
    }  # fmt: skip


@dataclass
class Catalog:
    """So many data sets behind `package_search`.

    Attributes:
        packages: guid → data set, in any order. most: data sets per page of the list, whatever is asked for.
        fault: what goes wrong. claimed: another number than there are.
        asked: every request so far. busy: requests being answered now. busiest: the most there were at once.
    """

    key: str
    packages: dict[str, Package]
    site: Site
    most: int = 1000
    fault: Fault | None = None
    claimed: int | None = None
    asked: list[Ask] = field(default_factory=list)
    door: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"{self.site.url}/{self.key}"

    def change(self, numbers: Iterable[int], version: int = 1) -> None:
        """Give these data sets another title and a later date."""
        for number in numbers:
            changed = package(self.key, number, version)
            self.packages[changed["id"]] = changed

    def keep(self, number: int) -> None:
        """List the first so many data sets only."""
        self.packages = dict(list(self.packages.items())[:number])

    def wait_at(self, page: int) -> threading.Event:
        """Answer that page of the list only when `door` is opened; the event says that it has been asked for."""
        reached = threading.Event()
        self.door.clear()

        def closed(ask: Ask) -> None:
            if ask.page == page and not ask.ids:
                reached.set()
                self.door.wait(60)

        self.fault = closed
        return reached

    def answer(self, request: Request) -> bytes | Iterable[Piece]:
        """What `package_search` says."""
        query = {name: values[0] for name, values in request.query.items()}
        ids = frozenset(re.findall(r'"([^"]+)"', query.get("fq", "")) if "id:(" in query.get("fq", "") else ())
        rows = int(query.get("rows", 10)) if ids else min(int(query.get("rows", 10)), self.most)
        start = int(query.get("start", 0))
        ask = Ask(start // self.most, start, rows, ids)
        self.asked.append(ask)
        instead = self.fault(ask) if self.fault else None
        return self.good(ask, query.get("fl", "")) if instead is None else instead

    def good(self, ask: Ask, fields: str = "", packages: Iterable[Package] | None = None) -> bytes:
        """A page as a good catalog sends it."""
        listed = sorted(self.packages.values() if packages is None else packages, key=lambda each: each["id"])
        chosen = [each for each in listed if not ask.ids or each["id"] in ask.ids]
        page = chosen[ask.start : ask.start + ask.rows]
        if fields:
            page = [{key: each.get(key) for key in fields.split(",")} for each in page]
        count = len(chosen) if self.claimed is None or ask.ids else self.claimed
        return said({"success": True, "result": {"count": count, "results": page}})


def said(value: Any) -> bytes:
    """A value as a JSON answer."""
    return answer(json.dumps(value, ensure_ascii=False), Content_Type="application/json")


@contextmanager
def serving(address: tuple[str, int] = ("127.0.0.1", 0)) -> Iterator[Site]:
    """A host for catalogs, until the block ends."""
    with serve(address=address, poll=0.1) as site:
        yield site


def catalog(site: Site, key: str, number: int) -> Catalog:
    """A catalog of so many data sets on a host."""
    made = (package(key, each) for each in range(number))
    opened = Catalog(key, {each["id"]: each for each in made}, site)
    site.pages[f"/{key}/api/3/action/package_search"] = opened.answer
    return opened
