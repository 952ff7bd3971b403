"""The kinds of messages, from `schemas/mails/kinds.yaml`: what they are called, how soon they go, what they ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from osakadx import data

FREQUENCIES = ("now", "daily", "weekly", "never")


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    ``code`` is the one letter that stands for it in a stop link; ``asks`` says whether somebody has to do something;
    ``usual`` is how soon it is sent to those who have chosen nothing; ``choices`` are what may be chosen, none where
    the message is never left out. ``summary``: it is made when its day or week is over, and goes at once.
    """

    slug: str
    code: str
    label: str
    label_en: str
    help: str
    help_en: str
    asks: bool
    usual: str
    choices: tuple[str, ...]
    summary: bool = False


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its slug, in the order of the page of preferences."""
    listed: list[dict[str, Any]] = data.document("mails/kinds.yaml")["kinds"]
    return {entry["slug"]: _kind(entry) for entry in listed}


def _kind(entry: dict[str, Any]) -> Kind:
    values: dict[str, Any] = {**entry, "choices": tuple(entry["choices"])}
    return Kind(**values)


def frequency(slug: str, chosen: Mapping[str, str]) -> str:
    """How soon a person wants a kind of message: what they chose, or what is usual; a kind nobody knows: at once."""
    kind = kinds().get(slug)
    if kind is None or not kind.choices:
        return "now"
    return chosen[slug] if chosen.get(slug) in kind.choices else kind.usual


def sending(slug: str, chosen: Mapping[str, str]) -> str:
    """How soon a message that waits is to go: a summary was made when it was due and waits for no other hour."""
    wanted, kind = frequency(slug, chosen), kinds().get(slug)
    return "now" if kind is not None and kind.summary and wanted != "never" else wanted
