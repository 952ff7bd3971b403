"""Reads one file: what it is, how it is written, which tables it holds, what a program stumbles over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from osakadx.bilingual import Bilingual
from osakadx.quality.finding import Finding
from osakadx.tables import geojson, html, kml, records, shp, signature, textfile, workbook
from osakadx.tables.archive import Archive, open_archive
from osakadx.tables.delimited import open_delimited
from osakadx.tables.encoding import Encoding
from osakadx.tables.features import NotGeoJson
from osakadx.tables.findings import Findings, RefusedFile, found
from osakadx.tables.limits import MEBI, Limits
from osakadx.tables.members import named
from osakadx.tables.mixed import Mixture
from osakadx.tables.source import Source
from osakadx.tables.survey import Grid, survey
from osakadx.tables.table import Reading, Table

_NO_TABLE = {
    **dict.fromkeys(signature.IMAGES, "is-image"),
    **dict.fromkeys(signature.DOCUMENTS, "is-document"),
    **dict.fromkeys(signature.ARCHIVES, "is-archive"),
    "SHP": "shapefile-alone",
    "DBF": "shapefile-alone",
    "PDF": "is-pdf",
    "HTML": "is-web-page",
    "EMPTY": "file-empty",
    "ENCRYPTED": "file-encrypted",
}
_CONTAINERS = frozenset({"SHP", "KMZ", "ZIP"})
# What is looked for in a zip that is no format of its own.
_PACKED = frozenset({"CSV", "TSV", "XLSX", "XLSM", "XLS", "ODS", "JSON", "GeoJSON", "KML"})
_UNNAMEABLE = frozenset({"EMPTY", "ENCRYPTED", "OLE", "UNKNOWN"})
_DELIMITER_NAMES = {
    ",": Bilingual("コンマ", "commas"),
    "\t": Bilingual("タブ", "tabs"),
    ";": Bilingual("セミコロン", "semicolons"),
    "|": Bilingual("縦線", "vertical bars"),
    "，": Bilingual("全角のコンマ", "full-width commas"),
}


def read(
    file: str | Path | bytes,
    name: str = "",
    *,
    declared: str | None = None,
    limits: Limits | None = None,
    profile: bool = False,
    sha256: str = "",
) -> Reading:
    """Read a file and return what can be said about it; bad content is a finding, never an exception.

    A parser can still be killed by what it is fed: files from outside go through `osakadx.tables.sandbox`.

    Args:
        file: its path, or its bytes.
        name: what its owner calls it, if that is not the path; the ending declares the format.
        declared: format that a catalog declares, in place of the ending (``CSV``, ``xlsx`` …).
        limits: caps on size; the defaults suit a worker with 512 MiB.
        profile: count what the columns hold in the same pass (CSV and workbooks; see `osakadx.tables.columns`).
        sha256: of its bytes, where somebody has taken it already, as a download does; else it is taken here.

    Raises:
        OSError: the path cannot be opened.
    """
    limits = limits or Limits()
    source = _source(file, name, sha256)
    findings = Findings(limits.places)
    reading = _unread(source, declared)
    if source.size > limits.file_bytes:
        findings.add(found("file-too-large", limit=limits.file_bytes // MEBI))
    else:
        reading = _Reader(source, limits, findings, profile).read(reading)
    # Taken last, when the pass that proves the encoding has mostly taken it along.
    return replace(reading, sha256=source.sha256(), findings=named(findings.all(), reading.tables))


def unread(file: str | Path | bytes, name: str = "", declared: str | None = None, sha256: str = "") -> Reading:
    """Return what is known of a file before anything is parsed: size, digest, declared format.

    Raises:
        OSError: the path cannot be opened.
    """
    source = _source(file, name, sha256)
    return replace(_unread(source, declared), sha256=source.sha256())


def _unread(source: Source, declared: str | None) -> Reading:
    return Reading(
        file=source.name,
        bytes=source.size,
        sha256="",
        format="UNKNOWN",
        declared_format=signature.declared_format(declared or source.name),
    )


def declared_only(name: str, finding: Finding) -> Reading:
    """Return the reading of a file of which nothing but its name is known."""
    declared = signature.declared_format(name)
    return Reading(name, 0, "", "UNKNOWN", declared, findings=(finding,))


def _source(file: str | Path | bytes, name: str, sha256: str) -> Source:
    taken = [sha256] if sha256 else []
    if isinstance(file, bytes):
        return Source(name, file, taken)
    return Source(name or str(file), Path(file), taken)


@dataclass(frozen=True)
class _Reader:
    """One attempt at one file. Each method takes the reading as far as it is known and returns it further."""

    source: Source
    limits: Limits
    findings: Findings
    profile: bool = False

    def tell(self, rule: str, **facts: object) -> None:
        self.findings.add(found(rule, **facts))  # type: ignore[arg-type]

    def read(self, reading: Reading) -> Reading:
        kind = signature.signature(self.source)
        try:
            if kind == "ZIP":
                with open_archive(self.source, self.limits) as archive:
                    mimetype = archive.read("mimetype") if "mimetype" in archive.names else b""
                    kind = signature.zip_format(archive.names, mimetype)
                    if kind in _CONTAINERS:
                        return self._contained(kind, replace(reading, format=kind), archive)
            elif kind == "OLE":
                kind = signature.compound_format(self.source)
            reading = replace(reading, format=kind)
            return self._way(kind, reading.declared_format)(reading)
        except RefusedFile as refused:
            self.findings.add(refused.finding)
            return replace(reading, format=kind)

    def _way(self, kind: str, declared: str | None) -> Callable[[Reading], Reading]:
        if kind in signature.WORKBOOKS:
            return self._workbook
        if kind == "KML":
            return self._kml
        if kind == "HTML" and declared in signature.EXCEL:
            return self._html
        if kind == "TEXT" and declared not in signature.NO_TABLES_IN_TEXT:
            return self._delimited
        return self._json if kind == "JSON" else self._no_table

    def _contained(self, kind: str, reading: Reading, archive: Archive) -> Reading:
        """Read what a zip container holds, while it is open."""
        try:
            self._compare(reading)
            ways = {"SHP": self._shapefiles, "KMZ": self._kmz, "ZIP": self._packed}
            return ways[kind](reading, archive)
        except RefusedFile as refused:
            self.findings.add(refused.finding)
            return reading

    def _shapefiles(self, reading: Reading, archive: Archive) -> Reading:
        read = [shp.table(archive, layer, self.limits, self.findings.add) for layer in shp.layers(archive)]
        encodings = {encoding for _, encoding in read if encoding}
        encoding = encodings.pop() if len(encodings) == 1 else None
        return replace(reading, encoding=encoding, tables=tuple(table for table, _ in read))

    def _kmz(self, reading: Reading, archive: Archive) -> Reading:
        documents = [name for name in sorted(archive.names) if name.lower().endswith(".kml")]
        name = "doc.kml" if "doc.kml" in documents else min(documents, key=lambda name: (name.count("/"), name))
        held = Source(self.source.name, archive.read(name, self.limits.document_bytes))
        return replace(self, source=held)._placemarks(reading)

    def _packed(self, reading: Reading, archive: Archive) -> Reading:
        """Read the one table that was packed; of several nobody knows which one is meant."""
        tables = [name for name, title in archive.files.items() if signature.declared_format(title) in _PACKED]
        if len(tables) != 1:
            titles = "、".join(archive.files[name] for name in (tables or archive.files))
            self.tell("archive-of-tables" if tables else "is-archive", format="ZIP", value=titles, count=len(tables))
            return reading
        title = archive.files[tables[0]]
        held = Source(title, archive.read(tables[0], self.limits.document_bytes))
        kind = signature.signature(held)
        self.tell("table-is-packed", value=title)
        if kind == "ZIP":
            with open_archive(held, self.limits) as inner:
                kind = signature.zip_format(inner.names)
            if kind not in signature.WORKBOOKS:
                self.tell("archive-nested", value=title)
                return reading
        declared = signature.declared_format(title)
        inside = replace(self, source=held).read(replace(reading, format=kind, declared_format=declared))
        return replace(inside, format="ZIP", declared_format=reading.declared_format)

    def _kml(self, reading: Reading) -> Reading:
        self._compare(reading)
        return reading if self._too_large() else self._placemarks(reading)

    def _placemarks(self, reading: Reading) -> Reading:
        decoded, text = self._decode(reading)
        if text is None:
            return replace(decoded, format=reading.format)
        return replace(decoded, tables=(kml.table(self.source, text, self._stem(), self.findings.add),))

    def _compare(self, reading: Reading) -> None:
        declared, real = reading.declared_format, reading.format
        other = (declared, real) == ("TSV", "CSV")  # the other way round, the separator is told
        if real not in _UNNAMEABLE and (other or not signature.agree(declared, real)):
            self.tell("format-differs", declared=declared, real=real, value=real)

    def _no_table(self, reading: Reading) -> Reading:
        if reading.format == "TEXT":
            reading = replace(reading, format=reading.declared_format or "TEXT")
        self._compare(reading)
        self.tell(_NO_TABLE.get(reading.format, "format-unsupported"), format=reading.format)
        return reading

    def _workbook(self, reading: Reading) -> Reading:
        self._compare(reading)
        if reading.format == "XLS" and self._too_large():
            return reading
        return self._tables(reading, workbook.grids(self.source, reading.format, self.limits, self.findings.add))

    def _tables(self, reading: Reading, grids: Iterable[Grid]) -> Reading:
        tables = tuple(table for grid in grids for table in survey(grid, self.findings.add, profile=self.profile))
        if not tables:
            self.tell("no-data")
        return replace(reading, tables=tables)

    def _too_large(self) -> bool:
        """Refuse what would have to be in memory as a whole."""
        limit = self.limits.document_bytes
        if self.source.size > limit:
            self.tell("file-too-large", limit=limit // MEBI)
        return self.source.size > limit

    def _decode(self, reading: Reading) -> tuple[Reading, Encoding | Mixture | None]:
        text = textfile.decode(self.source, self.limits, self.findings.add)
        if text is None:
            return replace(reading, format="UNKNOWN"), None
        return replace(reading, encoding=text.name, bom=text.bom > 0, newline=text.newline), text

    def _delimited(self, reading: Reading) -> Reading:
        reading, text = self._decode(reading)
        if text is None:
            return reading
        file = open_delimited(self.source, text, self.limits)
        delimiter = file.dialect.delimiter
        reading = replace(reading, format="TSV" if delimiter == "\t" else "CSV", delimiter=delimiter)
        self._compare(reading)
        if delimiter != "," and (delimiter, reading.declared_format) != ("\t", "TSV"):
            self.tell("delimiter-unusual", value=delimiter, called=_DELIMITER_NAMES[delimiter])
        return self._tables(reading, [Grid(None, self._stem(), file.blocks, file.rows)])

    def _json(self, reading: Reading) -> Reading:
        if self._too_large():
            return reading
        findings = Findings(self.limits.places)
        decoded, text = replace(self, findings=findings)._decode(reading)
        try:
            if text is None:
                raise NotGeoJson(broken=True)
            with text.text(self.source) as stream:
                kind, table = _json_table(stream.read(), self._stem(), findings)
        except NotGeoJson as error:
            if error.broken and reading.declared_format in ("CSV", "TSV", "TXT"):
                return self._delimited(reading)  # a CSV may well begin with a bracket
            self._compare(reading)
            self.findings.extend(findings)
            if text is not None:
                self.tell("json-broken" if error.broken else "json-no-table")
            return decoded
        reading = replace(decoded, format=kind, tables=(table,))
        self._compare(reading)
        self.findings.extend(findings)
        return reading

    def _html(self, reading: Reading) -> Reading:
        if self._too_large():
            return reading
        self._compare(reading)
        reading, text = self._decode(reading)
        if text is None:
            return reading
        with text.text(self.source) as stream:
            grid = html.grid(stream.read(), self._stem())
        if grid is None:
            self.tell("is-web-page", format="HTML")
            return reading
        return self._tables(reading, [grid])

    def _stem(self) -> str:
        return PurePosixPath(self.source.name.replace("\\", "/")).stem


def _json_table(text: str, name: str, findings: Findings) -> tuple[str, Table]:
    """Return a document as features of a map, or as records.

    Raises:
        NotGeoJson: it is neither.
    """
    try:
        return "GeoJSON", geojson.table(text, name, findings.add)
    except NotGeoJson as error:
        if error.broken:
            raise
    return "JSON", records.table(text, name, findings.add)
