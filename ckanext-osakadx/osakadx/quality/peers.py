"""Whom a body is compared with (比べる相手), and where it stands among them by the index of `.organization`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from osakadx.quality import organization
from osakadx.vocab.place import municipalities
from osakadx.vocab.publisher import PREFECTURE, publishers


@dataclass(frozen=True)
class Peers:
    """A group of bodies that are compared with each other; slug is its name in addresses."""

    slug: str
    label: str
    label_en: str


_SLUGS = (
    ("designated", "Designated cities"),
    ("core", "Core cities"),
    ("large", "Cities of 100,000 and more"),
    ("small", "Cities below 100,000"),
    ("towns", "Towns and villages"),
    ("departments", "Departments of the prefecture"),
)
PEERS = tuple(Peers(slug, label, english) for label, (slug, english) in zip(organization.PEERS, _SLUGS, strict=True))


@dataclass(frozen=True)
class Rank:
    """Where a body stands in its group.

    Attributes:
        index: 0 to 100. place: from 1, equals share one. of: how many of the group have data.
        named: it is in the upper half, and has something: praise in public, help in private.
    """

    peers: Peers
    index: float
    place: int
    of: int
    named: bool


@cache
def peers_of() -> Mapping[str, Peers]:
    """Return the group of each municipality (by its code) and of each department of the prefecture (by its name)."""
    groups = {peers.label: peers for peers in PEERS}
    found = {town.code: groups[organization.peer_group(town)] for town in municipalities()}
    departments = (entry.name for entry in publishers() if entry.parent == PREFECTURE)
    return found | {name: groups[organization.peer_group(None)] for name in departments}


def ranked(indexes: Mapping[str, float]) -> dict[str, Rank]:
    """Place each body inside its group by its index; bodies without peers are left out."""
    groups: dict[Peers, dict[str, float]] = {}
    for body, index in indexes.items():
        if body in peers_of():
            groups.setdefault(peers_of()[body], {})[body] = index
    found: dict[str, Rank] = {}
    for group, members in groups.items():
        praised = set(organization.praised(members))
        for body, place in organization.ranks(members).items():
            named = body in praised and members[body] > 0
            found[body] = Rank(group, members[body], place, len(members), named)
    return found
