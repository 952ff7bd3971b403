"""The words of a letter, from the templates in `schemas/mails/<language>/`.

A template is plain text: the subject, a line ``---``, the body. ``{fact}`` is replaced; a line that needs a
fact that is not there is left out. ``{fact:time}`` and ``{fact:date}`` write an instant as people do. A line that
begins with ``{?fact}`` stands only where the fact is there, and one with ``{!fact}`` only where it is not. Lines with
``{list.fact}`` that follow each other are repeated for each entry of the list.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from osakadx import data

from .due import TOKYO
from .kinds import kinds
from .letters import Letter, Message

LANGUAGES = ("ja", "en")
SUBJECT = 120  # signs; longer subjects are cut in lists of mails anyway
_FACT = re.compile(r"\{(?P<name>\w+)(?:\.(?P<part>\w+))?(?::(?P<form>time|date))?\}")
_CONDITION = re.compile(r"\{(?P<sign>[?!])(?P<name>\w+(?:\.\w+)?)\}")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Text:
    """A mail's subject and body."""

    subject: str
    body: str


def letter(sent: Letter, language: str, frame: Mapping[str, Any]) -> Text:
    """Word a letter.

    Args:
        language: ja or en.
        frame: facts of the letter itself: name, site, url, stop, preferences.
    """
    language = language if language in LANGUAGES else "ja"
    parts = [message(each.kind, each.facts, language) for each in sent.messages]
    asking = [part for each, part in zip(sent.messages, parts, strict=True) if _asks(each)]
    facts = {**frame, "messages": "\n\n".join(part.body for part in parts), "asking": len(asking) or ""}
    first = (asking or parts)[0].subject
    more = {"subject": first, "others": len(parts) - 1 or "", "why": reasons(sent, language)}
    framed = _template("letter", language)
    return Text(
        _fill(framed.subject, {**facts, **more}, language).strip()[:SUBJECT],
        _fill(framed.body, {**facts, **more}, language, whole=("messages",)).strip() + "\n",
    )


def message(kind: str, facts: Mapping[str, Any], language: str) -> Text:
    """Word one message of a letter."""
    template = _template(kind, language)
    return Text(_fill(template.subject, facts, language), _fill(template.body, facts, language).strip())


def reasons(sent: Letter, language: str) -> str:
    """Say why a person is told."""
    known = data.document("mails/kinds.yaml")["reasons"]
    found = dict.fromkeys(known[each.via][language] for each in sent.messages if each.via in known)
    return ("、" if language == "ja" else "; ").join(found)


def _asks(message: Message) -> bool:
    """Whether somebody has to do something: as the message says, or as is usual for its kind."""
    known = kinds().get(message.kind)
    return bool(message.facts.get("asks", known and known.asks))


def _template(kind: str, language: str) -> Text:
    subject, _, body = data.text(f"mails/{language}/{kind}.txt").partition("\n---\n")
    return Text(subject, body)


def _fill(template: str, facts: Mapping[str, Any], language: str, whole: Sequence[str] = ()) -> str:
    """Fill a template; facts named in ``whole`` may be several lines, all others are made one."""
    lines: list[str] = []
    for listed, group in groupby(template.split("\n"), key=lambda line: _list_of(line, facts)):
        block = list(group)
        entries: Sequence[Mapping[str, Any]] = facts[listed] if listed else [{}]
        for entry in entries:
            inner = {f"{listed}.{key}": value for key, value in entry.items()}
            lines += _lines(block, {**facts, **inner}, language, whole)
    return "\n".join(lines)


def _list_of(line: str, facts: Mapping[str, Any]) -> str:
    """Name of the list whose entries a line shows."""
    names = [match["name"] for match in _FACT.finditer(line) if match["part"]]
    if condition := _CONDITION.match(line):
        names.append(condition["name"].partition(".")[0] if "." in condition["name"] else "")
    return next((name for name in names if isinstance(facts.get(name), list | tuple)), "")


def _lines(block: Sequence[str], facts: Mapping[str, Any], language: str, whole: Sequence[str]) -> Iterator[str]:
    for line in block:
        condition = _CONDITION.match(line)
        if condition and bool(_there(facts.get(condition["name"]))) != (condition["sign"] == "?"):
            continue
        rest = line[condition.end() :] if condition else line
        words = {match.group(): _word(match, facts, language, whole) for match in _FACT.finditer(rest)}
        if all(words.values()):
            yield _FACT.sub(lambda match, words=words: words[match.group()], rest)


def _there(value: Any) -> bool:
    return value not in (None, "", [], (), False)


def _word(match: re.Match[str], facts: Mapping[str, Any], language: str, whole: Sequence[str]) -> str:
    name = f"{match['name']}.{match['part']}" if match["part"] else match["name"]
    value = facts.get(name)
    if not _there(value):
        return ""
    if name in whole:
        return str(value)
    if match["form"]:
        return instant(str(value), language, date_only=match["form"] == "date")
    return f"{value:,}" if isinstance(value, int) else one_line(str(value))


def one_line(text: str) -> str:
    """A text as one line without invisible signs: what a source wrote must not begin a header or hide an address."""
    spaced = " ".join(text.split())
    return "".join(sign for sign in spaced if unicodedata.category(sign)[0] != "C")


def instant(iso: str, language: str, *, date_only: bool = False) -> str:
    """An instant in Japan as people write it: 2026年11月20日 3:42, 20 November 2026, 3:42."""
    moment = datetime.fromisoformat(iso).astimezone(TOKYO)
    clock = f"{moment.hour}:{moment.minute:02d}"
    if language == "ja":
        day = f"{moment.year}年{moment.month}月{moment.day}日"
        return day if date_only else f"{day} {clock}"
    day = f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    return day if date_only else f"{day}, {clock}"
