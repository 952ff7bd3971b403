"""What is known of a data set from looking at it ourselves: the only thing a score is made of.

Pure values. A shell gathers and stores them (`ckanext.osakadx.intake`), each with when and how; what nobody has looked
at yet is None, which is not the same as bad.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

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
class Count:
    """How often a check found something wrong: in so many places of those it looked at (cells, rows, columns)."""

    places: int
    of: int

    @property
    def share(self) -> float:
        """The part that is wrong, 0 to 1."""
        return min(1.0, self.places / max(1, self.of))


@dataclass(frozen=True)
class Match:
    """The standard data set that a table is, by its columns and values (never by its title).

    Attributes:
        id: number of the standard, "01" to "31". edition: ``new``, ``old``, ``gif``; None where the content is that
            of the standard but the columns are the publisher's own.
        confidence: 0 to 1. columns_matched: names of the standard found. columns_missing: names of the standard that
            are not there. columns_unknown: names of the table that the standard has not.
    """

    id: str
    edition: str | None
    confidence: float
    columns_matched: tuple[str, ...] = ()
    columns_missing: tuple[str, ...] = ()
    columns_unknown: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it JSON-able."""
        names: dict[str, Any] = {
            key: list(getattr(self, key)) for key in ("columns_matched", "columns_missing", "columns_unknown")
        }
        return {"id": self.id, "edition": self.edition, "confidence": self.confidence, **names}

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Match:
        """Return the match that `as_dict` wrote down."""
        return cls(
            id=said["id"],
            edition=said["edition"],
            confidence=said["confidence"],
            columns_matched=tuple(said["columns_matched"]),
            columns_missing=tuple(said["columns_missing"]),
            columns_unknown=tuple(said["columns_unknown"]),
        )


@dataclass(frozen=True)
class Check:
    """What `osakadx.quality.check` found in the cells of a file.

    Attributes:
        standard: None for a table that is none of the standard data sets.
        rows_conforming: rows without a finding that a program would stumble over.
        counts: rule → how often it was broken; rules without a place are left out.
        findings: the first places of each case of a rule in each column.
        newest: newest date inside the content, ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; empty without one. Stamps that
            are the same in all rows say nothing about the content and are left out.
        content: digest of the rows in any order, without stamps and blanks; see `osakadx.quality.rowsum`.
        ids: sketch of the row ids, see `osakadx.quality.rowsum`; empty where rows have no ids.
    """

    standard: Match | None = None
    rows_conforming: int = 0
    counts: Mapping[str, Count] = field(default_factory=dict[str, Count])
    findings: tuple[Finding, ...] = ()
    newest: str = ""
    content: str = ""
    ids: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as it is stored: JSON-able."""
        return {
            "standard": self.standard and self.standard.as_dict(),
            "rows_conforming": self.rows_conforming,
            "counts": {rule: [count.places, count.of] for rule, count in self.counts.items()},
            "findings": [finding.as_dict() for finding in self.findings],
            "newest": self.newest,
            "content": self.content,
            "ids": list(self.ids),
        }

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Check:
        """Return the check that `as_dict` wrote down."""
        return cls(
            standard=Match.from_dict(said["standard"]) if said.get("standard") else None,
            rows_conforming=said["rows_conforming"],
            counts={rule: Count(*count) for rule, count in said["counts"].items()},
            findings=tuple(Finding.from_dict(finding) for finding in said["findings"]),
            newest=said.get("newest", ""),
            content=said.get("content", ""),
            ids=tuple(said.get("ids", ())),
        )


@dataclass(frozen=True)
class Reading:
    """What `osakadx read` found in a file; as `osakadx.tables.table.Reading`, without the rows.

    Attributes:
        content: digest of the rows however they are written (`osakadx.quality.content`); empty where none were read.
        check: what was found in the cells; None where nobody has looked at them (evidence of an older version).
    """

    format: str
    declared_format: str | None = None
    encoding: str | None = None
    tables: tuple[Sheet, ...] = ()
    findings: tuple[Finding, ...] = ()
    content: str = ""
    check: Check | None = None

    @cached_property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)

    @cached_property
    def rules(self) -> frozenset[str]:
        """Names of what was found."""
        return frozenset(finding.rule for finding in self.findings)

    @cached_property
    def readable(self) -> bool:
        """Whether the file gives rows at all."""
        return self.rows > 0 and not any(unreadable(rule) for rule in self.rules)

    def of(self, *rules: str) -> list[Finding]:
        """Return the findings of these rules, in their order."""
        return [finding for finding in self.findings if finding.rule in rules]

    @classmethod
    def from_dict(cls, said: Mapping[str, Any], content: str = "") -> Reading:
        """Return what `osakadx.tables.table.Reading.as_dict` wrote down, with a ``check`` where one lies beside it."""
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
            check=Check.from_dict(said["check"]) if said.get("check") else None,
        )


@dataclass(frozen=True)
class Change:
    """When what a file says really changed, by `Check.content`, never by a date of saving (更新).

    Attributes:
        since: day on which this very content was first seen anywhere in the catalog (YYYY-MM-DD); it moves neither when
            the file is saved or registered anew nor when the same content comes back.
        watched: day from which on the file has been looked at. changes: days on which other content was met than
            before.
    """

    since: str
    watched: str
    changes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it JSON-able."""
        return {"since": self.since, "watched": self.watched, "changes": list(self.changes)}

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Change:
        """Return the change that `as_dict` wrote down."""
        return cls(said["since"], said["watched"], tuple(said["changes"]))


@dataclass(frozen=True)
class Identity:
    """What of a file stayed the same (継続性).

    Attributes:
        since: day on which its data set was first seen (YYYY-MM-DD). moves: how often its address changed since then.
        ids_kept: share of the row ids of the version before that are still there, 0 to 1; None without ids or without a
            version before.
    """

    since: str
    moves: int = 0
    ids_kept: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it JSON-able."""
        return asdict(self)

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Identity:
        """Return the identity that `as_dict` wrote down."""
        return cls(**said)


class Seen(NamedTuple):
    """What a look at a file has found; see `File` for each."""

    link: Link | None = None
    reading: Reading | None = None
    change: Change | None = None
    identity: Identity | None = None
    described: bool = False


@dataclass(frozen=True)
class File:
    """One file of a data set (リソース) and what is known of it.

    Attributes:
        name: as people see it. url: as the catalog gives it. format: as the catalog declares it.
        uploaded: it lies in the catalog itself. described: its columns are described in the data dictionary.
    """

    id: str
    name: str = ""
    url: str = ""
    format: str = ""
    uploaded: bool = False
    link: Link | None = None
    reading: Reading | None = None
    change: Change | None = None
    identity: Identity | None = None
    described: bool = False

    @property
    def check(self) -> Check | None:
        """What was found in its cells."""
        return None if self.reading is None else self.reading.check


ContactState = Literal["confirmed", "unconfirmed", "bounced", "none"]


@dataclass(frozen=True)
class Metadata:
    """What is said about a data set, as far as the catalog could see for itself whether it is true.

    Attributes:
        license: as written; open by the vocabulary, not by what it says. title, description: plain text.
        contact: e-mail address, telephone or address of a form; contact_state: ``confirmed`` (somebody answered from
            there), ``unconfirmed``, ``bounced``, ``none``.
        siblings: other data sets of the organisation with this very description.
        temporal, spatial: a period and an area are named that the vocabularies know.
    """

    license: str = ""
    title: str = ""
    description: str = ""
    contact: str = ""
    contact_state: ContactState = "none"
    siblings: int = 0
    temporal: bool = False
    spatial: bool = False


@dataclass(frozen=True)
class Pace:
    """How often a data set is to be renewed.

    Attributes:
        declared: days of the declared frequency, None where it names none (随時, 不定期, 更新しない …).
        declared_since: day from which on that holds. before: days of the frequency declared until then.
        never: it says that it will never be renewed (更新しない).
        usual: days of its standard data set. observed: days between the publisher's own renewals, from the history.
    """

    declared: int | None = None
    declared_since: str = ""
    before: int | None = None
    never: bool = False
    usual: int | None = None
    observed: int | None = None


@dataclass(frozen=True)
class Answers:
    """Questions and requests about a data set: asked, answered in time, late (open too long, too).

    Attributes:
        overdue: those of the late that still wait for their answer; None where that is not told.
    """

    asked: int = 0
    in_time: int = 0
    late: int = 0
    overdue: int | None = None


@dataclass(frozen=True)
class Evidence:
    """All that is known of one data set; what nobody has looked at yet is None.

    Attributes:
        day: of the scoring (YYYY-MM-DD, Japan); freshness is counted to it. Empty: freshness is not told.
    """

    dataset: str
    files: tuple[File, ...] = field(default=())
    day: str = ""
    pace: Pace | None = None
    metadata: Metadata | None = None
    answers: Answers | None = None

    @cached_property
    def balance(self) -> list[tuple[tuple[File, ...], float]]:
        """Its files in groups of one content, with what each weighs (`osakadx.quality.groups.balance`)."""
        from osakadx.quality.groups import balance  # it builds on the values of this module

        return balance(self.files)
