import io
import json
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from osakadx.tables.limits import Limits
from osakadx.tables.read import read
from osakadx.tables.table import Reading

CSV = "区,人口\n北区,100\n西区,200\n".encode()


def rules(reading):
    return [finding.rule for finding in reading.findings]


def a_zip(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as container:
        for name, content in parts.items():
            # With one date the bytes are the same in every process that runs a part of these tests.
            container.writestr(zipfile.ZipInfo(name.replace("__", "/")), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "name, content, format_, expected",
    [
        ("a.csv", b"", "EMPTY", ["file-empty"]),
        ("a.pdf", b"%PDF-1.4", "PDF", ["is-pdf"]),
        ("a.csv", b"%PDF-1.4", "PDF", ["format-differs", "is-pdf"]),
        ("a.png", b"\x89PNG\r\n\x1a\n", "PNG", ["is-image"]),
        ("a.docx", a_zip(**{"word/document.xml": ""}), "DOCX", ["is-document"]),
        ("a.zip", a_zip(x=""), "ZIP", ["is-archive"]),
        ("a.ods", a_zip(**{"content.xml": ""}), "ODS", ["file-broken"]),
        (
            "a.odt",
            a_zip(**{"content.xml": "", "mimetype": "application/vnd.oasis.opendocument.text"}),
            "ODT",
            ["is-document"],
        ),
        ("a.kml", b"<?xml version='1.0'?><kml>", "KML", ["file-broken"]),
        ("a.rss", b"<?xml version='1.0'?><rss/>", "XML", ["format-unsupported"]),
        ("a.shp", b"\0\0\x27\x0a" + bytes(96), "SHP", ["shapefile-alone"]),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG", ["is-image"]),
        ("a.ttl", b"@prefix a: <b> .", "TTL", ["format-unsupported"]),
        ("a.json", b'{"a": 1}', "JSON", ["json-no-table"]),
        ("a.json", b'{"a": ', "JSON", ["json-broken"]),
        ("a.xlsx", b"PK\x03\x04broken", "ZIP", ["file-broken"]),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "OLE", ["format-unsupported"]),
        ("a.csv", bytes(range(256)) * 8, "UNKNOWN", ["format-unknown"]),
        ("a.csv", "区,人口\n北区".encode() + b"\xff\n", "UNKNOWN", ["encoding-undecodable"]),
    ],
)
def test_what_is_no_table_is_named(name, content, format_, expected):
    reading = read(content, name)
    assert (reading.format, rules(reading), reading.readable, reading.tables) == (format_, expected, False, ())


@pytest.mark.parametrize(
    "content, name, expected",
    [
        (CSV, "a.csv", []),
        (CSV, "a.xlsx", ["format-differs"]),
        (CSV.replace(b",", b"\t"), "a.csv", ["delimiter-unusual"]),
        (CSV.replace(b",", b"\t"), "a.tsv", []),
        (CSV.replace(b",", b";"), "a.csv", ["delimiter-unusual"]),
        (CSV.decode().replace(",", "，").encode(), "a.csv", ["delimiter-unusual"]),
        ("[注]\n".encode() + CSV, "a.csv", ["notes-above"]),
        (b"[1]x,y\n" + CSV, "a.csv", None),
        (b"\xef\xbb\xbf" + CSV, "a.csv", []),
        (CSV.decode().encode("cp932"), "a.csv", ["encoding-not-utf8"]),
        (CSV.decode().encode("utf-16"), "a.csv", ["encoding-not-utf8"]),
        ((CSV.decode() + "港区～,1\n").encode("cp932"), "a.csv", ["encoding-not-utf8", "cp932-wave-and-minus"]),
        (CSV + "港".encode()[:2], "a.csv", ["text-cut-at-end"]),
        (CSV + "港\ufffd,1\n".encode(), "a.csv", ["characters-lost"]),
        (CSV + b"x\0,1\n", "a.csv", ["nul-characters"]),
    ],
)
def test_what_is_a_table_is_read_and_judged(content, name, expected):
    reading = read(content, name)
    assert reading.readable
    assert reading.tables
    if expected is not None:
        assert rules(reading) == expected


def test_the_catalog_may_declare_the_format():
    assert rules(read(CSV, "download", declared="XLSX")) == ["format-differs"]


def test_a_file_too_large_is_refused_unread():
    assert rules(read(CSV, "a.csv", limits=Limits(file_bytes=10))) == ["file-too-large"]


def test_a_document_too_large_for_memory_is_refused_unread():
    content = json.dumps({"type": "FeatureCollection", "features": []}).encode()
    assert rules(read(content, "a.geojson", limits=Limits(document_bytes=10))) == ["file-too-large"]


def test_a_path_is_read_like_its_bytes(tmp_path):
    path = tmp_path / "人口.csv"
    path.write_bytes(CSV)
    assert read(path, "x.csv") == read(CSV, "x.csv") != read(path)
    assert read(str(path)).file == str(path)


def test_a_missing_path_is_the_callers_affair(tmp_path):
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.csv")


def test_the_report_has_exactly_the_documented_keys():
    said = read("題名\n区,人口\n北区,1\n西区,2\n※注\n".encode(), "a.csv").as_dict()
    assert list(said) == [
        "version", "file", "bytes", "sha256", "format", "declared_format", "encoding", "bom", "newline", "delimiter",
        "tables", "findings",
    ]  # fmt: skip
    assert said["version"] == 1
    assert list(said["tables"][0]) == [
        "sheet", "name", "header_rows", "header", "first_data_row", "rows", "columns", "ragged_rows", "notes_above",
        "footnotes",
    ]  # fmt: skip
    assert list(said["findings"][0]) == [
        "rule", "severity", "sheet", "row", "column", "cell", "value", "message", "fix", "message_en", "fix_en"
    ]  # fmt: skip


def test_a_reading_comes_back_from_its_report():
    reading = read("題名\n区,人口\n北区,1\n西区,2\n港区\n※注\n".encode(), "a.csv")
    back = Reading.from_dict(json.loads(json.dumps(reading.as_dict())))
    assert back.as_dict() == reading.as_dict()
    assert list(back.tables[0].records()) == []


@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.text(st.sampled_from(list('区,人口1"\n\t;#(){}[]<>')), max_size=200).map(str.encode),
    ),
    name=st.sampled_from(["a.csv", "a.xlsx", "a.xls", "a.geojson", "a", "a.html"]),
)
@example(content=b"\x01\r\x0b", name="a.csv")
@settings(max_examples=100, deadline=None)
def test_no_bytes_at_all_raise(content, name):
    reading = read(content, name)
    assert reading.readable or reading.findings
    for table in reading.tables:
        assert len(list(table.records())) == table.rows
    json.dumps(reading.as_dict())
