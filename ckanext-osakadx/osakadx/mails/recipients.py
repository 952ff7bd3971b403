"""Who hears of something: the first link of a chain in which somebody has an address that can be used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from osakadx import contacts

# Set-up scripts write such addresses where a form wants one; no mail reaches them (RFC 2606, RFC 6762).
NOWHERE = ("localhost", "localdomain", "local", "invalid", "internal")


@dataclass(frozen=True)
class Person:
    """Somebody who may be told: a user of the portal (``user:<id>``) or an address (``address:<address>``).

    ``confirmed``: this person has shown to read what goes to the address; ``via``: why they are told.
    """

    key: str
    address: str
    name: str = ""
    language: str = "ja"
    confirmed: bool = False
    via: str = ""


def address(written: str | None) -> str:
    """An address as it is mailed to; empty where the text is none, or one that leads nowhere."""
    plain = contacts.email(written or "") or ""
    host = plain.rpartition("@")[2].lower()
    return plain if plain.isascii() and host.rpartition(".")[2] not in NOWHERE else ""


def reachable(person: Person) -> bool:
    """Whether mail may go to a person."""
    return person.confirmed and bool(address(person.address))


def choose(*links: tuple[str, Iterable[Person]]) -> tuple[Person, ...]:
    """Return those of the first link of a chain who can be reached, each once; empty where nobody can.

    Args:
        links: (why they would be told, people), the nearest to the matter first.
    """
    for via, people in links:
        found = {person.key: replace(person, via=via) for person in people if reachable(person)}
        by_address = {person.address.lower(): person for person in reversed(found.values())}
        if by_address:
            return tuple(person for person in found.values() if by_address[person.address.lower()] is person)
    return ()
