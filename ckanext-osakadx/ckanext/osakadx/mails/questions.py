"""What people hear of questions about data: those who answer that one came in, whoever asked what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from . import links, outbox, people

ASKED, ANSWERED = "question-asked", "question-answer"


def asked(question: Mapping[str, Any]) -> None:
    """Tell those who answer, in the caller's transaction; the text of a question goes into no mail."""
    outbox.tell(
        ASKED, about=f"organization:{question['organization']}", people=people.chain(question["organization"]),
        facts=_about(question) | {"link": links.page(f"/question/{question['id']}"), "due": _noon(question["due"])},
        once=f"question:{question['id']}:asked", count=False,
    )  # fmt: skip


def answered(question: Mapping[str, Any], address: str) -> None:
    """Tell whoever asked, once, in the caller's transaction; without an address there is nobody to tell."""
    found = people.of_address(address)
    if not found:
        return
    facts = {
        "link": links.page(f"/dataset/{question['name']}/questions"),
        "asked": _noon(question["asked"]),
        "answer": [{"line": line} for line in question["answer"].split("\n") if line.strip()],
    }
    outbox.tell(
        ANSWERED, about=f"question:{question['id']}", people=[replace(found[0], via="asker")],
        facts=_about(question) | facts, once=f"question:{question['id']}:answered", count=False,
    )  # fmt: skip


def _about(question: Mapping[str, Any]) -> dict[str, str]:
    return {
        "dataset": question["title"],
        "organization": question["organization_title"] or question["organization_name"],
        "page": links.page(f"/dataset/{question['name']}"),
    }


def _noon(day: str) -> str:
    """An instant of a day (YYYY-MM-DD) of Japan, as the letters write dates."""
    return f"{day}T12:00:00+09:00"
