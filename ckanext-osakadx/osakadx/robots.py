"""robots.txt (RFC 9309): what a site's owner lets programs fetch, and how long between two requests.

Only for pages and files; an API is there to be asked by programs, and CKAN's own robots.txt forbids ``/api/`` to all.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote, urlsplit

from osakadx import data
from osakadx.manners import Clock

LONGEST = 512 * 1024  # bytes that are read, as RFC 9309 has it

_LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*([^#]*)")
_SPELLINGS = {"useragent": "user-agent", "dissallow": "disallow", "dissalow": "disallow", "disalow": "disallow"}


@dataclass(frozen=True)
class Rules:
    """What one site says to one program.

    Attributes:
        rules: (path pattern, whether it is allowed).
        delay: ``Crawl-delay`` in seconds.
    """

    rules: tuple[tuple[str, bool], ...] = ()
    delay: float = 0.0

    def allow(self, url: str) -> bool:
        """Whether an address may be fetched: the longest rule that fits decides, an allowance among equals."""
        parts = urlsplit(url)
        path = _spelt(f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/")
        fitting = [(len(pattern), allowed) for pattern, allowed in self.rules if _fits(pattern, path)]
        return max(fitting, default=(0, True))[1] or path == "/robots.txt"


def read(text: str, agent: str) -> Rules:
    """Read a robots.txt. What is no robots.txt, such as a page that says "not found", forbids nothing.

    Args:
        agent: name of our program; rules for it count instead of those for all.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    current: list[str] = []
    naming = False
    for line in text.splitlines():
        found = _LINE.match(line)
        if not found:
            continue
        key, value = found[1].lower(), found[2].strip()
        key = _SPELLINGS.get(key, key)
        if key == "user-agent":
            current = [*current, value.lower()] if naming else [value.lower()]
            naming = True
            groups.setdefault(value.lower(), [])
        elif key in ("allow", "disallow", "crawl-delay"):
            naming = False
            for name in current:
                groups[name].append((key, value))
    ours = agent.lower()
    named = [name for name in groups if name not in ("", "*") and ours.startswith(name)]
    return _rules(groups.get(max(named, key=len, default="*"), []))


def _rules(lines: list[tuple[str, str]]) -> Rules:
    rules = tuple((_spelt(value), key == "allow") for key, value in lines if key != "crawl-delay" and value)
    delays = [float(value) for key, value in lines if key == "crawl-delay" and re.fullmatch(r"\d+(\.\d+)?", value)]
    return Rules(rules, max(delays, default=0.0))


def _spelt(path: str) -> str:
    """A path in one spelling: Japanese and spaces percent-encoded, letters of the encoding in capitals."""
    encoded = quote(path, safe="%/:@!$&'()*+,;=?#[]~-._")
    return re.sub(r"%[0-9a-fA-F]{2}", lambda code: code[0].upper(), encoded)


def _fits(pattern: str, path: str) -> bool:
    """Whether a path begins as a pattern says: ``*`` is anything, ``$`` at its end is the end of the path."""
    ends = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    last = others.pop() if ends and others else None
    for part in others:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    if last is not None:
        return path.endswith(last) and len(path) - len(last) >= at
    return not ends or at == len(path)


class Robots:
    """The rules of the sites asked by this process, each read once a day.

    Args:
        agent: name of our program.
    """

    def __init__(self, agent: str, clock: Clock | None = None) -> None:
        self._agent = agent
        self._clock = clock or Clock()
        self._known: dict[str, tuple[float, Rules]] = {}
        self._door = threading.Lock()

    def of(self, site: str, ask: Callable[[], str]) -> Rules:
        """The rules of a site.

        Args:
            site: scheme, host and port.
            ask: fetches its robots.txt; empty where it has none. What it raises passes, and nothing is remembered.
        """
        rules = self.known(site)
        return rules if rules is not None else self.keep(site, ask())

    def known(self, site: str) -> Rules | None:
        """The rules of a site, None where they are to be read (again)."""
        with self._door:
            read_at, rules = self._known.get(site, (0.0, None))
        return rules if rules is not None and self._clock.monotonic() - read_at <= _seconds() else None

    def keep(self, site: str, text: str) -> Rules:
        """Remember the robots.txt of a site for a day, and return its rules."""
        rules = read(text, self._agent)
        with self._door:
            self._known[site] = (self._clock.monotonic(), rules)
        return rules


@cache
def _seconds() -> float:
    return float(data.document("politeness.yaml")["robots_hours"]) * 3600
