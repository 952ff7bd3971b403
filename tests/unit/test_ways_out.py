"""Nothing of ours asks other servers but the guarded transport. (Other people's plugins: `security/check.py`.)"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
CODE = sorted(
    path
    for folder in ("ckanext-osakadx", "harvesters", "docker", "schemas")
    for path in (PROJECT / folder).rglob("*.py")
    if "node_modules" not in path.parts
)
# What opens connections, by module. The names of `urllib.parse` and the like are not among them.
CLIENTS = {
    "aiohttp", "asyncio.open_connection", "boto3", "ckanapi", "ftplib", "http.client", "httplib2", "httpx", "imaplib",
    "nntplib", "paramiko", "poplib", "pycurl", "requests", "smtplib", "socket", "telnetlib", "treq", "urllib.request",
    "urllib3", "websocket", "websockets", "xmlrpc.client", "ckan.plugins.toolkit.requests",
}  # fmt: skip
# Where a client is right, and whom it talks to. Only the first three go to addresses that others have written.
EXCEPTED = {
    "ckanext-osakadx/osakadx/transport.py": {"http.client", "socket", "urllib3"},  # the guard itself
    "ckanext-osakadx/osakadx/linkcheck/connector.py": {"aiohttp", "socket"},  # the same guard for many links
    "ckanext-osakadx/osakadx/linkcheck/request.py": {"aiohttp", "socket"},  # what goes through it
    "ckanext-osakadx/ckanext/osakadx/solr.py": {"requests", "urllib3"},  # the site's own search engine
    "ckanext-osakadx/ckanext/osakadx/security/mail.py": {"smtplib"},  # the operator's own mail server
    "docker/bare/stack.py": {"socket", "urllib.request"},  # the services it has just started, on loopback
}
# Libraries that fetch a URL where a file is expected, and shells that might.
FETCHING_CALLS = re.compile(
    r"\b(urlopen|urlretrieve|create_connection|open_connection|getaddrinfo|read_csv|read_excel)\("
)
PROGRAMS = re.compile(r"""["'](?:/usr/bin/)?(curl|wget|ncat|netcat|socat|lynx|aria2c)["' ]""")


def imported(text: str) -> Iterator[str]:
    """Every module, or name of a module, that a source imports, in its dotted form."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield from (str(word.value) for word in node.args if isinstance(word, ast.Constant))


def clients(text: str) -> set[str]:
    return {client for name in imported(text) for client in CLIENTS if name == client or name.startswith(f"{client}.")}


@pytest.mark.parametrize(
    "line, found",
    [
        ("import requests", {"requests"}),
        ("from requests.adapters import HTTPAdapter", {"requests"}),
        ("from urllib import request", {"urllib.request"}),
        ("import urllib.request as r", {"urllib.request"}),
        ("def f():\n    import httpx", {"httpx"}),
        ("import importlib\nimportlib.import_module('aiohttp')", {"aiohttp"}),
        ("from http import client", {"http.client"}),
        ("from urllib.parse import urlsplit", set()),
        ("from .requests import answer", set()),
        ("import socketserver", set()),
    ],
)
def test_this_test_knows_a_client_when_it_sees_one(line: str, found: set[str]) -> None:
    assert clients(line) == found


@pytest.mark.parametrize("path", CODE, ids=[str(path.relative_to(PROJECT)) for path in CODE])
def test_only_the_transport_has_a_client(path: Path) -> None:
    name, text = str(path.relative_to(PROJECT)), path.read_text(encoding="utf-8")
    assert clients(text) - EXCEPTED.get(name, set()) == set()
    if name not in EXCEPTED:
        assert FETCHING_CALLS.findall(text) == []
        assert PROGRAMS.findall(text) == []


def test_no_exception_is_left_over() -> None:
    for name, allowed in EXCEPTED.items():
        assert clients((PROJECT / name).read_text(encoding="utf-8")) == allowed, name


@pytest.mark.parametrize(
    ("way_out", "users"),
    [
        ("osakadx.transport.exchange", {"fetch.py"}),
        ("osakadx.linkcheck.connector.GuardedConnector", {"request.py"}),
        ("osakadx.linkcheck.request.Client", {"checker.py"}),
    ],
)
def test_the_guarded_ways_out_have_one_user_each(way_out: str, users: set[str]) -> None:
    assert {path.name for path in CODE if way_out in imported(path.read_text(encoding="utf-8"))} == users


def test_the_link_check_makes_no_connection_but_through_its_guard() -> None:
    text = (PROJECT / "ckanext-osakadx/osakadx/linkcheck/request.py").read_text(encoding="utf-8")
    assert text.count("aiohttp.ClientSession(") == 1 and "connector=GuardedConnector(" in text
    assert "trust_env=False" in text and "allow_redirects=False" in text
