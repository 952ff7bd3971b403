"""What is asked about a link, and what is seen of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from osakadx.errors import FetchError

Outcome = Literal["same", "changed", "answers", "failed", "put-off"]


@dataclass(frozen=True)
class Question:
    """A link to be checked, with what is known of its file.

    Attributes:
        id: the caller's. due: since when it is (seconds of any clock); the oldest is asked first.
        etag, modified, size: of the file as it was read last; without them nothing can be told to be the same.
        page_declared: the catalog says that it is a web page. keep_to_robots: whether robots.txt is obeyed.
    """

    id: str
    url: str
    due: float = 0.0
    etag: str = ""
    modified: str = ""
    size: int | None = None
    page_declared: bool = False
    keep_to_robots: bool = True

    @property
    def known(self) -> Mapping[str, str]:
        """What is known, under the names of the headers that say it."""
        said = {"etag": self.etag, "last-modified": self.modified}
        return {**said, "content-length": "" if self.size is None else str(self.size)}


@dataclass(frozen=True)
class Seen:
    """How a link answered.

    Attributes:
        outcome: ``same`` (by its validators, the file that is known), ``changed`` (by them, another), ``answers`` (a
            file; whether the known one, it does not say), ``failed``, ``put-off`` (nothing learned: ask later).
        when: aware datetime of the answer. method: how it was asked.
        status: HTTP status, None without an answer. final: the address that answered; redirects: those before it.
        length: bytes of the file, where the answer says. content_type: as sent.
        wire: bytes of the body that were read; 0 where the file is the same. requests: made for it, robots.txt apart.
        error: of a failure, or why it was put off; None where the check was stopped before.
    """

    question: Question
    outcome: Outcome
    when: datetime
    method: str = "GET"
    status: int | None = None
    final: str = ""
    redirects: tuple[str, ...] = ()
    length: int | None = None
    etag: str = ""
    modified: str = ""
    content_type: str = ""
    wire: int = 0
    requests: int = 0
    error: FetchError | None = None


def answered(question: Question, headers: Mapping[str, str], length: int | None) -> Outcome:
    """Whether an answer's head says that the file is another than the one that is known.

    Args:
        headers: names in lower case.
        length: bytes of the file, None where the answer does not say.
    """
    known = question.known
    if any(known[name] and headers.get(name) and known[name] != headers[name] for name in ("etag", "last-modified")):
        return "changed"
    if question.size is not None and length is not None and length != question.size:
        return "changed"
    return "answers"
