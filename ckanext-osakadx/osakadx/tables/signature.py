"""What a file is by its bytes, and what its name says it is."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from osakadx.tables.source import Source

# First bytes of the formats that are met where a table was promised. (RIFF also starts WAV and AVI: WEBP is asked for.)
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE"),
    (b"%PDF-", "PDF"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b\x08", "GZIP"),
    (b"7z\xbc\xaf\x27\x1c", "7Z"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"PAR1", "PARQUET"),
    (b"SQLite format 3\x00", "SQLITE"),
    (b"\x00\x00\x27\x0a\x00\x00\x00\x00", "SHP"),
)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HTML = re.compile(
    rb"(?:\s|<\?xml[^>]*\?>|<!--.*?-->)*<(?:!doctype\s+html|html|head|body|table|meta|title|script|div)\b", re.I | re.S
)
_PROLOG = rb"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>)*"
_KML = re.compile(_PROLOG + rb"<(?:[\w.-]+:)?kml[\s>/]", re.S)
_SVG = re.compile(_PROLOG + rb"<(?:[\w.-]+:)?svg[\s>/]", re.S)
_XML = re.compile(rb"\s*<(?:\?xml\b|[A-Za-z_][\w.:-]*[\s>/])")
_JSON = re.compile(rb'\s*(?:\{\s*["}]|\[\s*[\[{"\]\d-])')

# Names of the parts inside a zip that tell what it is; the first that is there decides.
_PARTS: tuple[tuple[str, str], ...] = (
    ("xl/vbaProject.bin", "XLSM"),
    ("xl/workbook.bin", "XLSB"),
    ("xl/workbook.xml", "XLSX"),
    ("word/document.xml", "DOCX"),
    ("ppt/presentation.xml", "PPTX"),
    ("content.xml", "ODS"),
)
_NO_SHEETS = (b"opendocument.text", b"opendocument.presentation", b"opendocument.graphics")
# Formats that a zip container is, whatever the part is called: by the ending of one of its names.
_ENDINGS = ((".shp", "SHP"), (".kml", "KMZ"))
_TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".geojson")
# Streams of a compound file (OLE2, MS-CFB): their names stand in its directory in UTF-16.
_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "ENCRYPTED"),
    ("WordDocument", "DOC"),
    ("PowerPoint Document", "PPT"),
    ("Workbook", "XLS"),
    ("Book", "XLS"),
)
_NAMES = {
    "csv": "CSV", "tsv": "TSV", "tab": "TSV", "xlsx": "XLSX", "xlsm": "XLSM", "xltx": "XLSX", "xls": "XLS",
    "xlsb": "XLSB", "ods": "ODS", "geojson": "GeoJSON", "json": "JSON", "xml": "XML", "kml": "KML", "kmz": "KMZ",
    "html": "HTML", "htm": "HTML", "pdf": "PDF", "doc": "DOC", "docx": "DOCX", "ppt": "PPT", "pptx": "PPTX",
    "zip": "ZIP", "gz": "GZIP", "7z": "7Z", "rar": "RAR", "rdf": "RDF", "ttl": "TTL", "parquet": "PARQUET",
    "png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "gif": "GIF", "tif": "TIFF", "tiff": "TIFF", "shp": "SHP",
    "txt": "TXT", "jsonl": "JSON",
    "odt": "ODT", "dbf": "DBF", "svg": "SVG", "bmp": "BMP", "webp": "WEBP", "shapefile": "SHP",
}  # fmt: skip
IMAGES = frozenset({"PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP", "SVG"})
DOCUMENTS = frozenset({"DOC", "DOCX", "PPT", "PPTX", "RTF", "ODT"})
ARCHIVES = frozenset({"ZIP", "GZIP", "7Z", "RAR"})
EXCEL = frozenset({"XLSX", "XLSM", "XLS"})
WORKBOOKS = EXCEL | {"ODS"}
# Text that is never a table, whatever separates its words.
NO_TABLES_IN_TEXT = frozenset({"TTL", "RDF", "XML", "HTML"})
# Spellings of one thing: a program that reads the one reads the other.
_FAMILIES = (
    {"CSV", "TSV", "TXT"},
    {"JSON", "GeoJSON"},
    {"XLSX", "XLSM"},
    {"XML", "KML", "RDF"},
    {"ZIP", "SHP"},
    {"ZIP", "KMZ"},
)


def declared_format(name: str) -> str | None:
    """Return the format that the end of a file name (or a catalog's format field) declares; None where it says none."""
    suffix = PurePosixPath(name.strip().replace("\\", "/")).suffix or f".{name.strip()}"
    return _NAMES.get(suffix[1:].lower())


def agree(declared: str | None, real: str) -> bool:
    """Say whether a file may bear the declared format; nothing declared is no lie."""
    if declared is None or declared == real:
        return True
    return any(declared in family and real in family for family in _FAMILIES)


def signature(source: Source) -> str:
    """Return the format of the bytes; ``ZIP`` and ``OLE`` are containers, ``EMPTY`` is a file without bytes.

    Text formats are told by their first characters; anything without a signature is ``TEXT`` until decoding fails.
    """
    return _of_head(source.head())


def is_page(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a web page."""
    return _of_head(head) == "HTML"


def _of_head(head: bytes) -> str:
    if not head:
        return "EMPTY"
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if picture := _picture(head):
        return picture
    for bom in _BOMS:
        head = head.removeprefix(bom)
    head = head.replace(b"\x00", b"")
    for pattern, name in ((_KML, "KML"), (_SVG, "SVG"), (_HTML, "HTML"), (_XML, "XML"), (_JSON, "JSON")):
        if pattern.match(head):
            return name
    return "TEXT"


def _picture(head: bytes) -> str | None:
    """Formats whose first bytes alone are too common: RIFF is also sound, BM may begin a word."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    return "BMP" if head.startswith(b"BM") and head[6:10] == bytes(4) else None


def zip_format(names: frozenset[str], mimetype: bytes = b"") -> str:
    """Return what a zip container is, by the names of its parts; a Shapefile or KML beside other tables is ``ZIP``.

    Args:
        names: of all parts. mimetype: content of the part of that name, by which OpenDocument files differ.
    """
    known = next((name for part, name in _PARTS if part in names), None)
    if known == "ODS" and any(kind in mimetype for kind in _NO_SHEETS):
        known = "ODT"
    if known or any(name.lower().endswith(_TABLES) for name in names):
        return known or "ZIP"
    return next((kind for end, kind in _ENDINGS if any(name.lower().endswith(end) for name in names)), "ZIP")


def compound_format(source: Source) -> str:
    """Return what a compound file is: ``XLS``, ``DOC``, ``PPT``, ``ENCRYPTED`` (a protected workbook) or ``OLE``."""
    known = {text: text.encode("utf-16-le") + b"\x00\x00" for text, _ in _STREAMS}
    seen: set[str] = set()
    tail = b""
    for chunk in source.chunks():
        window = tail + chunk
        seen |= {text for text, name in known.items() if name in window}
        tail = window[-64:]
    return next((name for text, name in _STREAMS if text in seen), "OLE")
