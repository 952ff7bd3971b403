"""What `osakadx check` says of one file: all of the reading, the standard data set it is, points, findings."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Set
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from osakadx import standards, vocab
from osakadx.bilingual import Bilingual
from osakadx.quality import evidence
from osakadx.quality.check import Asked, check
from osakadx.quality.evidence import Check, File, Link
from osakadx.quality.finding import Finding
from osakadx.quality.rulebook import Grade, Rulebook, rulebook
from osakadx.quality.score import Part, alone
from osakadx.standards import Standard
from osakadx.tables.findings import found, same_as
from osakadx.tables.page import Marks, Told
from osakadx.tables.read import read
from osakadx.tables.sandbox import Caps, examined, sandboxed
from osakadx.tables.table import Reading
from osakadx.vocab import Municipality

Where = tuple[str | None, int | None]  # sheet and row

# Checking takes longer than reading, and nobody waits in front of a page for it.
CAPS = Caps(cpu_seconds=120, wall_seconds=240.0)
_EDITIONS = {"new": "自治体標準オープンデータセット", "old": "推奨データセット(古い様式)", "gif": "GIF データモデル"}
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
        """What the reading and the check found; what both found is said once, by the check."""
        if self.check is None:
            return self.reading.findings
        told = {(one.rule, one.sheet, one.row) for one in self.check.findings}
        blank = {(one.sheet, one.row) for one in self.reading.findings if one.rule == "blank-row"}
        kept = (one for one in self.reading.findings if _seen_by_check(one, blank) not in told)
        return (*kept, *self.check.findings)

    @property
    def standard(self) -> Standard | None:
        """The standard data set that it is."""
        found = self.check.standard if self.check else None
        return standards.standard(found.id) if found else None

    @property
    def standard_in_words(self) -> str:
        """The standard data set with its number and form; empty for none."""
        match, standard = self.check.standard if self.check else None, self.standard
        if match is None or standard is None:
            return ""
        return f"No.{standard.number}「{standard.name}」({_EDITIONS.get(match.edition or '', '様式は決められません')})"

    @property
    def grade(self) -> Grade | None:
        """The grade of the file alone, as `rulebook` gives it for what a file alone can tell; None for no points."""
        return self._graded(self.whole.worst)

    def _graded(self, worst: str | None) -> Grade | None:
        points, maximum = (sum(getattr(part, name) for part in self.points) for name in ("points", "maximum"))
        return rulebook().grade(points, maximum, worst)

    def told(self) -> Told:
        """Return what `osakadx.tables.page` shows of it."""
        marks = Marks(
            grade=self.grade,
            held=self.grade != self._graded(None),
            parts=[(part.dimension.label, part.points, part.maximum) for part in self.points],
            standard=self.standard_in_words,
            rows_conforming=self.check.rows_conforming if self.check else None,
        )
        return Told(self.reading, self.findings, marks)

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
    with looked_at(
        file, name, declared=declared, municipality=municipality, standard=standard, day=day, caps=caps, rows=False
    ) as (reading, found):
        return judged(reading, found)


@contextmanager
def looked_at(
    file: str | Path | bytes, name: str = "", *, declared: str | None = None,
    municipality: Municipality | None = None, standard: Standard | None = None, day: str = "",
    caps: Caps = CAPS, rows: bool = True, sha256: str = "", within: Path | None = None,
) -> Generator[tuple[Reading, Check | None]]:  # fmt: skip
    """Read a file and look at its cells in a child process.

    A file whose cells take too long to look at is read all the same, with the finding ``checking-stopped``.

    Args:
        file, name, declared, caps, rows, sha256, within: as for `osakadx.tables.sandbox.sandboxed`.
        municipality, standard, day: as in `osakadx.quality.check.Asked`.

    Yields:
        The reading, and what was found in the cells; None where the file gives no rows.

    Raises:
        OSError: the path cannot be opened.
    """
    asked = {
        "municipality": municipality.code if municipality else "",
        "standard": standard.number if standard else "",
        "day": day,
    }
    options: dict[str, Any] = {"declared": declared, "caps": caps, "rows": rows, "sha256": sha256, "within": within}
    with ExitStack() as open_:
        by = "osakadx.quality.checked:look"
        reading, said = open_.enter_context(examined(file, name, by=by, asked=asked, **options))
        if reason := _stopped(reading):
            reading = open_.enter_context(sandboxed(file, name, **options))
            if not _stopped(reading):
                told = found("checking-stopped", reason=reason)
                reading = replace(reading, findings=(*reading.findings, told))
        yield reading, Check.from_dict(said) if said else None


def _seen_by_check(finding: Finding, blank: Set[Where]) -> tuple[str, str | None, int | None]:
    """The rule, sheet and row under which a check would tell the same; of blank rows, it is the row below them."""
    row = finding.row
    while row is not None and (finding.sheet, row) in blank:
        row += 1
    return same_as(finding.rule), finding.sheet, row


def _stopped(reading: Reading) -> str:
    """Why the child had to be stopped; empty when it was not."""
    stopped = next((one for one in reading.findings if one.rule == "reading-stopped"), None)
    return Bilingual(*map(_in_brackets, (stopped.message, stopped.message_en))) if stopped else ""


def _in_brackets(message: str) -> str:
    return message.partition("(")[2].rpartition(")")[0]


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


def ready() -> None:
    """Load what every check needs; the nursery of the child processes calls it once."""
    look(read("名称,住所,緯度\n市役所,大阪市北区,34.69\n".encode(), "a.csv"), {})
