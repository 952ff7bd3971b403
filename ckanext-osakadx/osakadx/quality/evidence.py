"""What is known of a data set from looking at it ourselves: the only thing a score is made of.

Pure values. A shell gathers and stores them (`ckanext.osakadx.intake`), each with when and how; what nobody has looked
at yet is None, which is not the same as bad.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from osakadx.quality.finding import Finding
from osakadx.tables.findings import unreadable

Verdict = Literal["ok", "moved", "gone", "refused", "html", "unknown"]
ANSWERING: tuple[Verdict, ...] = ("ok", "moved")


@dataclass(frozen=True)
class Link:
    """How the address of a file answered a GET (疎通).

    Attributes:
        verdict: ``ok``; ``moved`` (the data came from another address); ``gone``, ``refused`` (login, blocked) and
            ``html`` (a page instead of the data) once confirmed; ``unknown`` while one failure proves nothing.
        cause: slug of the last failure (``not-found``, ``too-slow`` …), empty after a success; reason: it in Japanese.
        url: the address asked; final: the one that answered. Both empty for a file that lies in the catalog itself.
        status: HTTP status of the answer, None where there was none.
        size: bytes of the file, None where it never came. sha256: of these bytes.
        checked: when (ISO 8601 with offset). method: how (``GET``, ``GET 304``, ``storage``).
        changed: since when verdict, content and final address are what they are (ISO 8601 with offset).
        redirects: the addresses passed through, in order.
        etag, modified: validators of the bytes that `sha256` is of, for conditional requests.
    """

    verdict: Verdict
    cause: str = ""
    reason: str = ""
    url: str = ""
    final: str = ""
    status: int | None = None
    size: int | None = None
    sha256: str = ""
    checked: str = ""
    method: str = ""
    changed: str = ""
    redirects: tuple[str, ...] = ()
    etag: str = ""
    modified: str = ""

    @property
    def answers(self) -> bool:
        """Whether the data come when they are asked for."""
        return self.verdict in ANSWERING


@dataclass(frozen=True)
class Sheet:
    """One table of a file, by its numbers; ragged: rows with another number of cells than the header."""

    name: str
    rows: int
    columns: int
    header_rows: int
    ragged: int


@dataclass(frozen=True)
class Reading:
    """What `osakadx read` found in a file; as `osakadx.tables.table.Reading`, without the rows.

    Attributes:
        content: digest of the rows however they are written (`osakadx.quality.content`); empty where none were read.
    """

    format: str
    declared_format: str | None = None
    encoding: str | None = None
    tables: tuple[Sheet, ...] = ()
    findings: tuple[Finding, ...] = ()
    content: str = ""

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)

    @cached_property
    def rules(self) -> frozenset[str]:
        """Names of what was found."""
        return frozenset(finding.rule for finding in self.findings)

    @property
    def readable(self) -> bool:
        """Whether the file gives rows at all."""
        return self.rows > 0 and not any(unreadable(rule) for rule in self.rules)

    def of(self, *rules: str) -> list[Finding]:
        """Return the findings of these rules, in their order."""
        return [finding for finding in self.findings if finding.rule in rules]

    @classmethod
    def from_dict(cls, said: Mapping[str, Any], content: str = "") -> Reading:
        """Return what `osakadx.tables.table.Reading.as_dict` wrote down."""
        return cls(
            format=said["format"],
            declared_format=said.get("declared_format"),
            encoding=said.get("encoding"),
            tables=tuple(
                Sheet(
                    name=table.get("sheet") or table.get("name") or "",
                    rows=table["rows"],
                    columns=table["columns"],
                    header_rows=len(table["header_rows"]),
                    ragged=len(table["ragged_rows"]),
                )
                for table in said.get("tables", ())
            ),
            findings=tuple(Finding.from_dict(finding) for finding in said.get("findings", ())),
            content=content,
        )


@dataclass(frozen=True)
class File:
    """One file of a data set (リソース) and what is known of it.

    Attributes:
        name: as people see it. url: as the catalog gives it. format: as the catalog declares it.
        uploaded: it lies in the catalog itself.
    """

    id: str
    name: str = ""
    url: str = ""
    format: str = ""
    uploaded: bool = False
    link: Link | None = None
    reading: Reading | None = None


@dataclass(frozen=True)
class Evidence:
    """All that is known of one data set."""

    dataset: str
    files: tuple[File, ...] = field(default=())
