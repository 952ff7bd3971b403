"""What `osakadx check` says of one file: all of the reading, the standard data set it is, points, findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from osakadx import standards, vocab
from osakadx.quality import evidence
from osakadx.quality.check import Asked, check
from osakadx.quality.evidence import Check, File, Link
from osakadx.quality.finding import Finding
from osakadx.quality.rulebook import Rulebook, rulebook
from osakadx.quality.score import Part, alone
from osakadx.standards import Standard
from osakadx.tables.findings import found
from osakadx.tables.sandbox import Caps, examined, sandboxed
from osakadx.tables.table import Reading
from osakadx.vocab import Municipality

# Checking takes longer than reading, and nobody waits in front of a page for it.
CAPS = Caps(cpu_seconds=120, wall_seconds=240.0)
_DIMENSIONS = ("readable", "structure", "conformance")


@dataclass(frozen=True)
class Checked:
    """A file that was read and checked.

    Attributes:
        check: None where the file gives no rows.
        points: what the file alone has in the dimensions that a file alone can tell.
    """

    reading: Reading
    check: Check | None
    points: tuple[Part, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the reading and the check found."""
        return self.reading.findings + (self.check.findings if self.check else ())

    @property
    def standard(self) -> Standard | None:
        """The standard data set that it is."""
        found = self.check.standard if self.check else None
        return standards.standard(found.id) if found else None

    @property
    def whole(self) -> Reading:
        """The reading with all findings."""
        return replace(self.reading, findings=self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return it as `osakadx check --json` prints it (version 1).

        All of the reading, and ``standard`` (None for none: id, slug, name, edition, confidence, columns_matched,
        columns_missing, columns_unknown), ``rows_conforming``, ``points`` (readable, structure, conformance, each with
        points and max; empty where the file could not be opened), and the findings of the check among the others.
        """
        said = self.reading.as_dict()
        match, standard = self.check.standard if self.check else None, self.standard
        told = {"id": match.id, "slug": standard.slug, "name": standard.name} if match and standard else {}
        return {
            **said,
            "standard": {**told, **{key: value for key, value in match.as_dict().items() if key != "id"}}
            if match
            else None,
            "rows_conforming": self.check.rows_conforming if self.check else 0,
            "points": {part.dimension.slug: {"points": part.points, "max": part.maximum} for part in self.points},
            "findings": [finding.as_dict() for finding in self.findings],
        }


def checked(
    file: str | Path | bytes, name: str = "", *, declared: str | None = None,
    municipality: Municipality | None = None, standard: Standard | None = None, day: str = "",
    caps: Caps = CAPS,
) -> Checked:  # fmt: skip
    """Read and check a file in a child process.

    Args:
        file, name, declared, caps: as for `osakadx.tables.sandbox.sandboxed`.
        municipality, standard, day: as in `osakadx.quality.check.Asked`.

    Raises:
        OSError: the path cannot be opened.
    """
    asked = {
        "municipality": municipality.code if municipality else "",
        "standard": standard.number if standard else "",
        "day": day,
    }
    reading, said = examined(file, name, by="osakadx.quality.checked:look", asked=asked, declared=declared, caps=caps)
    stopped = next((one for one in reading.findings if one.rule == "reading-stopped"), None)
    if stopped is None:
        return judged(reading, Check.from_dict(said) if said else None)
    return judged(_read_only(file, name, declared, caps, stopped), None)


def _read_only(file: str | Path | bytes, name: str, declared: str | None, caps: Caps, stopped: Finding) -> Reading:
    """The reading alone, for a file whose cells took too long to look at."""
    with sandboxed(file, name, declared=declared, caps=caps, rows=False) as reading:
        if any(one.rule == "reading-stopped" for one in reading.findings):
            return reading
        told = found("checking-stopped", reason=stopped.message.partition("(")[2].rpartition(")")[0])
        return replace(reading, findings=(*reading.findings, told))


def judged(reading: Reading, found: Check | None, book: Rulebook | None = None) -> Checked:
    """Put points to what was found in a file alone.

    Whether its columns are described is seen in the catalog only, so that nothing is lost for it here.
    """
    if any(finding.rule == "file-not-opened" for finding in reading.findings):
        return Checked(reading, None, ())
    known = replace(evidence.Reading.from_dict(reading.as_dict()), check=found)
    parts = alone(File(id="", link=Link("ok"), reading=known, described=True), book or rulebook())
    return Checked(reading, found, tuple(part for part in parts if part.dimension.slug in _DIMENSIONS))


def look(reading: Reading, asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """Check a reading with its rows; what the child process calls."""
    if not any(table.rows for table in reading.tables):
        return None
    found = check(
        reading,
        Asked(
            municipality=vocab.municipality_of(asked["municipality"]) if asked.get("municipality") else None,
            standard=standards.standard(asked["standard"]) if asked.get("standard") else None,
            day=asked.get("day", ""),
        ),
    )
    return found.as_dict()
