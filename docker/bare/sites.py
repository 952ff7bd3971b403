"""The demo's sources over real HTTP: the files of tests/fixtures/sites, and CKAN catalogs that answer as CKAN does.

    python docker/bare/sites.py --port 15080

Standard library only. Nothing but the files found at the start is served; `{base}` in lists becomes the address asked.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from email.utils import formatdate, parsedate_to_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

SITES = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "sites"
TYPES = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".geojson": "application/geo+json",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Catalog → its packages and the most that it gives at once, whatever is asked for.
CATALOGS = {"bodik": ("packages.json", 100), "tokyo": ("130001_package_search_60.json", 25)}
# As BODIK addresses uploaded files.
UPLOAD = re.compile(r"/bodik/dataset/[\w-]+/resource/[\w-]+/download/([\w.-]+)")


class Sites:
    """The files of a folder by the path they are asked for, and the packages of its catalogs."""

    def __init__(self, folder: Path) -> None:
        self.files = {
            f"/{file.relative_to(folder).as_posix()}": file
            for file in folder.rglob("*")
            if file.is_file() and file.suffix in TYPES and file.name not in dict(CATALOGS.values())
        }
        self.catalogs = {
            name: (_packages(folder / name / file), most)
            for name, (file, most) in CATALOGS.items()
            if (folder / name / file).exists()
        }

    def file(self, path: str, base: str) -> tuple[bytes, str, float] | None:
        """Body, media type and time of change of a file."""
        uploaded = UPLOAD.fullmatch(path)
        file = self.files.get(f"/bodik/{uploaded[1]}" if uploaded else path)
        if file is None:
            return None
        body = file.read_bytes()
        if file.name.endswith("_open_data_list.csv"):
            body = body.replace(b"{base}", base.encode())
        return body, TYPES[file.suffix], file.stat().st_mtime

    def search(self, catalog: str, query: dict[str, list[str]], base: str) -> dict[str, Any]:
        """`package_search` as CKAN 2.10 answers it: `fq` and `q` by name, `rows` capped by the server, sorted by id."""
        packages, most = self.catalogs[catalog]
        for term in " ".join(query.get("fq", [])).split():
            field, _, value = term.partition(":")
            packages = [package for package in packages if _matches(package, field, value)]
        for word in " ".join(query.get("q", [])).replace("*:*", "").split():
            packages = [package for package in packages if word in json.dumps(package, ensure_ascii=False)]
        start, rows = (max(0, int(query.get(key, [default])[0])) for key, default in (("start", "0"), ("rows", "10")))
        ordered = sorted(packages, key=lambda package: package["id"])
        page = json.dumps(ordered[start : start + min(rows, most)], ensure_ascii=False).replace("{base}", base)
        result = {"count": len(packages), "sort": "id asc", "facets": {}, "results": json.loads(page)}
        return {
            "help": f"{base}/{catalog}/api/3/action/help_show?name=package_search",
            "success": True,
            "result": result,
        }


class Handler(BaseHTTPRequestHandler):
    """GET and HEAD, with validators."""

    protocol_version = "HTTP/1.1"

    def __init__(self, sites: Sites, *args: Any) -> None:
        self.sites = sites
        super().__init__(*args)

    def do_GET(self) -> None:
        """Answer a path."""
        parts = urlsplit(self.path)
        path, base = unquote(parts.path), f"http://{self.headers.get('Host', '')}"
        catalog, _, action = path.strip("/").partition("/api/3/action/")
        if catalog in self.sites.catalogs and action:
            self._action(catalog, action, parse_qs(parts.query), base)
        elif found := self.sites.file(path, base):
            self._validated(*found)
        else:
            self._send(404, "お探しのページはありません。\n".encode(), "text/plain; charset=utf-8")

    do_HEAD = do_GET  # noqa: N815 (http.server's own naming)

    def _action(self, catalog: str, action: str, query: dict[str, list[str]], base: str) -> None:
        try:
            if action != "package_search":
                raise LookupError(f"Action name not known: {action}")
            status, said = 200, self.sites.search(catalog, query, base)
        except (LookupError, ValueError) as error:
            status, said = 400, {"success": False, "error": {"__type": "Bad request", "message": str(error)}}
        self._send(status, json.dumps(said, ensure_ascii=False).encode(), "application/json;charset=utf-8")

    def _validated(self, body: bytes, kind: str, changed: float) -> None:
        headers = {
            "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"',
            "Last-Modified": formatdate(changed, usegmt=True),
        }
        known, since = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
        fresh = known == headers["ETag"] if known else bool(since) and _not_after(headers["Last-Modified"], str(since))
        self._send(304 if fresh else 200, b"" if fresh else body, kind, headers)

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def server(port: int, folder: Path = SITES) -> ThreadingHTTPServer:
    """A server on loopback; port 0 takes a free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, Sites(folder)))


def _packages(file: Path) -> list[dict[str, Any]]:
    held = json.loads(file.read_text(encoding="utf-8"))
    return held["result"]["results"] if isinstance(held, dict) else held


def _matches(package: dict[str, Any], field: str, value: str) -> bool:
    if field == "organization":
        return bool(package["organization"]["name"] == value)
    if field == "groups":
        return any(group["name"] == value for group in package["groups"])
    raise ValueError(f"Search Query is invalid: {field}")


def _not_after(changed: str, since: str) -> bool:
    try:
        return parsedate_to_datetime(changed) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=15080)
    with server(parser.parse_args().port) as sites:
        print(f"http://127.0.0.1:{sites.server_address[1]}", flush=True)
        sites.serve_forever()
