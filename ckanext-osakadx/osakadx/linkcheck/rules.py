"""What ``schemas/linkcheck.yaml`` says: when links are checked again, how many at a time, what pages give away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from osakadx import data
from osakadx.errors import DataFileError

FILE = "linkcheck.yaml"
Kind = Literal["waf", "login"]


@dataclass(frozen=True)
class Sign:
    """What gives a page away; a header, or all of some texts.

    Attributes:
        name: of the product or the mark.
        headers: name in lower case → pattern of its value. text: patterns that must all be in the page.
    """

    name: str
    kind: Kind
    headers: Mapping[str, re.Pattern[str]]
    text: tuple[re.Pattern[str], ...]
    source: str


@dataclass(frozen=True)
class Rules:
    """The rules of the check.

    Attributes:
        hours: steps between two looks at a link whose content stays the same. failing_hours: while failures are no
            verdict yet. broken_hours: while the verdict is that the data do not come. jitter: share of it, either way.
        hosts_together: hosts asked at a time. stretch: requests to a host until others may ask it.
        head_bytes: read of every answer. page_bytes: read of a page.
        login_hosts: names, or ends of names, of hosts where people sign in.
    """

    hours: tuple[float, ...]
    failing_hours: float
    broken_hours: float
    jitter: float
    hosts_together: int
    stretch: int
    head_bytes: int
    page_bytes: int
    login_hosts: frozenset[str]
    signs: tuple[Sign, ...]


@cache
def rules() -> Rules:
    """The rules of ``schemas/linkcheck.yaml``.

    Raises:
        DataFileError: the file says something else than it may.
    """
    said: dict[str, Any] = dict(data.document(FILE))
    try:
        return Rules(
            hours=_steps(said.pop("hours")),
            login_hosts=frozenset(said.pop("login_hosts")),
            signs=tuple(_sign(sign) for sign in said.pop("signs")),
            hosts_together=int(_positive(said.pop("hosts_together"))),
            stretch=int(_positive(said.pop("stretch"))),
            head_bytes=int(_positive(said.pop("head_bytes"))),
            page_bytes=int(_positive(said.pop("page_bytes"))),
            **{name: _positive(value) for name, value in said.items()},
        )
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise DataFileError(
            f"リンクの確認の決まりが読めません({error})。",
            where=f"schemas/{FILE}",
            fix="項目の名前、0より大きい数字、しるしの kind と source と正規表現を確かめてください。",
        ) from error


def _steps(said: list[object]) -> tuple[float, ...]:
    if not said:
        raise ValueError("hours")
    return tuple(sorted(_positive(hours) for hours in said))


def _positive(said: object) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float) or said <= 0:
        raise ValueError(f"{said!r}")
    return float(said)


def _sign(said: Mapping[str, Any]) -> Sign:
    if said["kind"] not in ("waf", "login") or not (said.get("headers") or said.get("text")):
        raise ValueError(said["name"])
    headers = cast("Mapping[str, str]", said.get("headers") or {})
    return Sign(
        name=said["name"],
        kind=said["kind"],
        headers={name.lower(): re.compile(pattern, re.IGNORECASE) for name, pattern in headers.items()},
        text=tuple(re.compile(pattern, re.IGNORECASE) for pattern in said.get("text") or ()),
        source=said["source"],
    )
