"""What the last look at a file saw, for whoever is about to take it: told at once, before there is a verdict (状態)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from osakadx.quality.evidence import Link, Reading

State = Literal["", "fails", "web-page", "encrypted", "empty", "differs"]

_BY_RULE: tuple[tuple[str, State], ...] = (
    ("is-web-page", "web-page"),
    ("file-encrypted", "encrypted"),
    ("file-empty", "empty"),
    ("format-differs", "differs"),
)
TELLING = tuple(rule for rule, _ in _BY_RULE)  # findings that say what a file is


@dataclass(frozen=True)
class Condition:
    """How a file was found when it was looked at last.

    Attributes:
        state: ``fails`` (it did not come), ``web-page`` (a page came for data), ``encrypted``, ``empty``,
            ``differs`` (another format than declared); empty where nothing of this is to be said.
        format: the format the bytes have where that is not the declared one (``HTML``, ``XLSX`` …), else empty.
        cause: slug of the failure, reason: it in one Japanese sentence, status: HTTP status where there was an answer.
        checked: when (ISO 8601 with offset); empty where the link was never asked.
    """

    state: State = ""
    format: str = ""
    cause: str = ""
    reason: str = ""
    status: int | None = None
    checked: str = ""


def condition(link: Link | None, reading: Reading | None) -> Condition:
    """Return how a file was found; a file that nobody has looked at yet has an empty condition."""
    checked = link.checked if link else ""
    if link is not None and link.cause in ("is-web-page", "login-page"):
        return Condition("web-page", "HTML", link.cause, link.reason, link.status, checked)
    if link is not None and link.cause:
        return Condition("fails", "", link.cause, link.reason, link.status, checked)
    if reading is None:
        return Condition(checked=checked)
    found: list[State] = [state for rule, state in _BY_RULE if rule in reading.rules]
    state: State = found[0] if found else ""
    if state == "web-page" and reading.declared_format in (None, "HTML"):
        return Condition(checked=checked)  # a page that is called a page
    differs = state in ("web-page", "differs")
    return Condition(state, reading.format if differs else "", checked=checked)
