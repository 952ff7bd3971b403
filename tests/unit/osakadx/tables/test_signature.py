import pytest
from osakadx.tables.signature import agree, compound_format, declared_format, signature, zip_format
from osakadx.tables.source import Source

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    "content, format_",
    [
        (b"", "EMPTY"),
        (b"PK\x03\x04....", "ZIP"),
        (COMPOUND, "OLE"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"\x1f\x8b\x08\x00", "GZIP"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b"\xef\xbb\xbf\n <html lang='ja'>", "HTML"),
        (b"<?xml version='1.0'?>\n<!-- x --><html xmlns='http://www.w3.org/1999/xhtml'>", "HTML"),
        (b"<table><tr><td>1</td></tr></table>", "HTML"),
        (b"<?xml version='1.0'?><kml>", "KML"),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<k:kml xmlns:k='x'>", "KML"),
        (b"<?xml version='1.0'?><!DOCTYPE svg PUBLIC 'x'><svg>", "SVG"),
        (b"<?xml version='1.0'?><rss>", "XML"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WEBP"),
        (b"BM\x10\0\0\0\0\0\0\0", "BMP"),
        (b"BMI,kg\n1,2\n", "TEXT"),
        (b"\0\0\x27\x0a" + bytes(20), "SHP"),
        (b'{"type": "FeatureCollection"}', "JSON"),
        (b"[1, 2]", "JSON"),
        ("[注]速報値\n".encode(), "TEXT"),
        (b"a,b\n1,2\n", "TEXT"),
        ("名称,住所\n".encode("cp932"), "TEXT"),
    ],
)
def test_the_first_bytes_tell_the_format(content, format_):
    assert signature(Source("x", content)) == format_


@pytest.mark.parametrize(
    "name, format_",
    [
        ("避難所.csv", "CSV"),
        ("a.XLSX", "XLSX"),
        ("C:\\data\\a.xls", "XLS"),
        ("CSV", "CSV"),
        ("geojson", "GeoJSON"),
        ("https://example.jp/download?id=3", None),
        ("避難所", None),
        ("", None),
    ],
)
def test_a_name_declares_a_format(name, format_):
    assert declared_format(name) == format_


@pytest.mark.parametrize(
    "declared, real, fine",
    [("CSV", "TSV", True), ("TXT", "CSV", True), ("JSON", "GeoJSON", True), ("XLSX", "XLSM", True), (None, "PDF", True),
     ("CSV", "XLSX", False), ("XLS", "XLSX", False), ("XLS", "HTML", False)],
)  # fmt: skip
def test_formats_of_one_family_agree(declared, real, fine):
    assert agree(declared, real) is fine


@pytest.mark.parametrize(
    "parts, format_",
    [
        ({"xl/workbook.xml"}, "XLSX"),
        ({"xl/workbook.xml", "xl/vbaProject.bin"}, "XLSM"),
        ({"word/document.xml"}, "DOCX"),
        ({"a.csv"}, "ZIP"),
        ({"doc.kml"}, "KMZ"),
    ],
)
def test_the_parts_tell_what_a_zip_is(parts, format_):
    assert zip_format(frozenset(parts)) == format_


@pytest.mark.parametrize(
    "stream, format_",
    [("Workbook", "XLS"), ("WordDocument", "DOC"), ("EncryptedPackage", "ENCRYPTED"), ("Other", "OLE")],
)
def test_the_streams_tell_what_a_compound_file_is(stream, format_, monkeypatch):
    monkeypatch.setattr("osakadx.tables.source.CHUNK", 100)
    content = COMPOUND + b"\0" * 130 + stream.encode("utf-16-le") + b"\0" * 40
    assert compound_format(Source("x", content)) == format_
