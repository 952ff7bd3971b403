"""A CKAN catalog made up on the fly: so many data sets of five files with Japanese text, some of them changed.

    /<round>/<number>[/<changed>]/api/3/action/package_search

``round`` gives ids of its own, ``changed`` so many data sets another title and a later date.
``/<round>/<number>/grow/<more>`` lets that catalog have so many data sets more from then on, at the same address.
"""

from __future__ import annotations

import functools
import json
import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOPICS = (
    "避難所一覧",
    "ＡＥＤ設置箇所一覧",
    "公衆トイレ一覧",
    "子育て施設一覧",
    "人口統計",
    "予算",
    "図書館蔵書",
    "ごみ収集日",
)
PATH = re.compile(r"/(?P<round>\w+)/(?P<number>\d+)(?:/(?P<changed>\d+))?/api/(?:3/)?action/(?P<action>\w+)")
GROW = re.compile(r"/(?P<round>\w+)/(?P<number>\d+)/grow/(?P<more>\d+)")
FILES = 5

grown: dict[tuple[str, int], int] = {}


@functools.lru_cache(maxsize=20000)
def package(round_: str, number: int, changed: bool) -> dict[str, Any]:
    """One data set as another CKAN's API gives it."""
    key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{round_}/{number}"))
    topic = TOPICS[number % len(TOPICS)]
    again = "(更新)" if changed else ""
    modified = f"2026-{'06' if changed else '04'}-01T0{number % 10}:00:00.{number % 1000:03d}"
    return {
        "id": key, "name": f"x{round_}-{number}", "title": f"{topic} その{number}{again}", "type": "dataset",
        "state": "active", "private": False, "author": "危機管理室", "author_email": "a@example.jp", "version": "",
        "notes": f"市内の{topic}です。災害のときや手続きのときに。令和6年4月1日現在、{number}番の地区を含みます。",
        "license_id": "cc-by", "license_title": "Creative Commons Attribution", "maintainer": "", "url": "",
        "maintainer_email": "", "metadata_created": "2026-04-01T00:00:00.000000", "metadata_modified": modified,
        "owner_org": "0f6a7d7a-0000-4000-8000-000000000000", "groups": [], "num_resources": FILES, "num_tags": 3,
        "organization": {"id": "0f6a7d7a-0000-4000-8000-000000000000", "name": "kita-city", "title": "北の市"},
        "tags": [{"name": tag, "display_name": tag} for tag in ("防災", "施設", f"地区{number % 50}")],
        "extras": [{"key": "更新頻度", "value": "年1回"}, {"key": "担当", "value": "危機管理室"}],
        "resources": [
            {
                "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{key}/{file}")), "package_id": key, "position": file,
                "name": f"{topic}({2020 + file}年度)", "description": f"{2020 + file}年度の{topic}です。",
                "url": f"https://data.example.jp/{round_}/{number}/{file}.csv", "format": "CSV", "state": "active",
                "mimetype": "text/csv", "size": 1000 + number, "created": "2026-04-01T00:00:00.000000",
                "last_modified": modified, "hash": "",
            }
            for file in range(FILES)
        ],
    }  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        address = urlsplit(self.path)
        if asked := GROW.fullmatch(address.path):
            key = asked["round"], int(asked["number"])
            grown[key] = grown.get(key, 0) + int(asked["more"])
            self._say({"success": True, "result": grown[key]})
            return
        found = PATH.fullmatch(address.path)
        if found is None or found["action"] != "package_search":
            self._say({"success": True, "result": {} if found else None}, 200 if found else 404)
            return
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        self._say(
            {
                "success": True,
                "result": _search(found["round"], int(found["number"]), int(found["changed"] or 0), query),
            }
        )

    def _say(self, value: Any, status: int = 200) -> None:
        body = json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def _search(round_: str, number: int, changed: int, query: dict[str, str]) -> dict[str, Any]:
    number += grown.get((round_, number), 0)
    order, every = _order(round_, number), query.get("fq", "")
    if every.startswith("id:("):
        places = _places(round_, number)
        chosen = [places[wanted] for wanted in sorted(re.findall(r'"([^"]+)"', every)) if wanted in places]
    elif "metadata_modified:[" in every:
        # Changed ones carry a date that every earlier run is before; nothing else is that young.
        chosen = [index for index in order if index < changed]
    else:
        chosen = order
    start, rows = int(query.get("start", 0)), min(int(query.get("rows", 10)), 1000)
    page = [package(round_, index, index < changed) for index in chosen[start : start + rows]]
    if fields := query.get("fl"):
        page = [{key: each.get(key) for key in fields.split(",")} for each in page]
    return {"count": len(chosen), "results": page}


@functools.lru_cache(maxsize=64)
def _order(round_: str, number: int) -> list[int]:
    return sorted(range(number), key=lambda index: _id(round_, index))


@functools.lru_cache(maxsize=4)
def _places(round_: str, number: int) -> dict[str, int]:
    return {_id(round_, index): index for index in range(number)}


@functools.lru_cache(maxsize=200000)
def _id(round_: str, index: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{round_}/{index}"))


@contextmanager
def serving() -> Iterator[str]:
    """Serve it on loopback; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    with serving() as address:
        print(address, flush=True)
        threading.Event().wait()
