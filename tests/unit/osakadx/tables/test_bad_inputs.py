"""The list of bad inputs, B051 to B122, as far as the corpus does not hold them: large, hostile, or about values.

Hostile files are read in the sandbox (512 MiB, 30 s of processor and of waiting); afterwards a good file still is.
The map of all numbers to tests is in tests/README.md.
"""

import io
import json
import socket
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from osakadx import text
from osakadx.tables.limits import MEBI, Limits
from osakadx.tables.profile import column_types, point_columns
from osakadx.tables.read import read
from osakadx.tables.sandbox import Caps, sandboxed

from tests import corpus
from tests.corpus.books import ROWS
from tests.corpus.formats import Sheet, kml, placemark, xlsx, xlsx_parts, zipped

SITES = Path(__file__).parents[3] / "fixtures" / "sites"
SHEET = "xl/worksheets/sheet1.xml"
FILES = corpus.files()


def _with_sheet(change):
    parts = xlsx_parts([Sheet("表", ROWS)])
    return zipped({**parts, SHEET: change(str(parts[SHEET]))})


def zip_bomb():
    return xlsx(Sheet("表", ROWS), xl__media__pad=b" " * (40 * MEBI))


def declared_size_lies():
    """The sheet says it is a hundred bytes; three hundred times as much comes out."""
    parts = xlsx_parts([Sheet("表", ROWS)])
    content = zipped({**parts, SHEET: str(parts[SHEET]).encode() + b" " * (30 * MEBI)})
    entry = content.rfind(b"PK\x01\x02", 0, content.rfind(SHEET.encode()))
    local = content.find(b"PK\x03\x04", 0)
    while content[local + 30 : local + 30 + len(SHEET)] != SHEET.encode():
        local = content.find(b"PK\x03\x04", local + 4)
    lying = bytearray(content)
    lying[entry + 24 : entry + 28] = lying[local + 22 : local + 26] = struct.pack("<I", 100)
    return bytes(lying)


def million_styled_rows():
    blank = "".join(f'<row r="{number}"><c r="A{number}" s="1"/></row>' for number in range(5, 1_000_000))
    return _with_sheet(lambda sheet: sheet.replace("</sheetData>", blank + "</sheetData>"))


def dimension_to_the_end():
    return _with_sheet(lambda sheet: sheet.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>', 1))


def shared_strings():
    """Half a gigabyte of shared strings, as a part that inflates a thousandfold."""
    parts = xlsx_parts([Sheet("表", ROWS)])
    body = b"<sst>" + b"<si><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></si>" * (7 * MEBI)
    return zipped({**parts, "xl/sharedStrings.xml": body})


def symbolic_link():
    entry = zipfile.ZipInfo("a.csv")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as container:
        container.writestr(entry, "/etc/hostname")
    return buffer.getvalue()


def nested(depth=10):
    content, name = b"a,b\n1,2\n", "a.csv"
    for level in range(depth):
        content, name = zipped({name: content}), f"{level}.csv"
    return content


HOSTILE = {
    "B061-csv-unclosed-quote": ("a.csv", lambda: ('a,b\n1,"open\n' + "2,3\n" * 900_000).encode(), "quote-unclosed"),
    "B088-csv-one-line-200MB": ("a.csv", lambda: b"x" * (200 * MEBI), "line-too-long"),
    "B091-xlsx-zip-bomb": ("a.xlsx", zip_bomb, "archive-bomb"),
    "B092-xlsx-declared-size-lies": ("a.xlsx", declared_size_lies, "archive-bomb"),
    "B093-xlsx-1M-empty-styled-rows": ("a.xlsx", million_styled_rows, None),
    "B094-xlsx-dimension-XFD1048576": ("a.xlsx", dimension_to_the_end, None),
    "B095-xlsx-shared-strings-500MB": ("a.xlsx", shared_strings, "archive-too-large"),
    "B099-xlsx-encrypted": ("a.xlsx", (SITES / "otameshi/school_lunch_protected.xlsx").read_bytes, "file-encrypted"),
    "B100-xls-biff": ("a.xls", (SITES / "281000/281000_garbage_by_year.xls").read_bytes, "legacy-xls"),
    "B108-zip-symlink": ("a.zip", symbolic_link, "archive-unsafe-path"),
    "B110-zip-nested-10": ("a.zip", nested, "archive-nested"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_judged_within_its_limits_and_the_worker_lives(case):
    name, make, rule = HOSTILE[case]
    content = make()
    with sandboxed(content, name, rows=False) as reading:
        rules = {finding.rule for finding in reading.findings}
        assert "reading-stopped" not in rules
        assert rule in rules if rule else rules == set()
    with sandboxed(b"a,b\n1,2\n3,4\n", "a.csv", rows=False) as reading:
        assert reading.findings == ()


def test_b112_a_geojson_too_large_for_memory_is_refused_unread(tmp_path):
    path = tmp_path / "a.geojson"
    with path.open("wb") as file:
        file.write(b'{"type":"FeatureCollection","features":[')
        file.truncate(256 * MEBI)
    with sandboxed(path, rows=False) as reading:
        assert [finding.rule for finding in reading.findings] == ["file-too-large"]


@pytest.mark.parametrize("cut", [1, 2])
def test_b059_a_file_cut_inside_a_character_by_a_range_request_is_not_called_broken(cut):
    content = ("名称,区\n北小,北\n西小,西".encode())[:-cut]
    reading = read(content, "a.csv")
    assert (reading.readable, [finding.rule for finding in reading.findings]) == (True, ["text-cut-at-end"])


@pytest.mark.parametrize(
    "case, header, cells, type_",
    [
        ("B078-csv-wareki", "開設日", ["R6.4.1", "令和六年四月一日"], "text"),
        ("B079-csv-fullwidth-digits", "人口", ["１００", "２００"], "text"),
        ("B080-csv-thousands-separators", "人口", ['"1,234"', '"12,345"'], "text"),
        ("B081-csv-leading-zero-codes", "値", ["0001", "0002"], "text"),
        ("B081-csv-leading-zero-codes", "市区町村コード", ["271004", "271403"], "text"),
        ("B082-csv-excel-1E+05", "値", ["1E+05", "2E+05"], "text"),
    ],
)
def test_values_that_a_type_would_change_stay_text(case, header, cells, type_):
    content = f"{header}\n" + "".join(f"{cell}\n" for cell in cells)
    (table,) = read(content.encode(), "a.csv").tables
    assert [column.type for column in column_types(table)] == [type_]
    assert [record[0] for record in table.records()] == [cell.strip('"') for cell in cells]


@pytest.mark.parametrize("case", ["points-swapped", "points-in-minutes"])
def test_b083_b084_wrong_coordinates_are_not_put_on_a_map(case):
    (table,) = read(FILES[f"bodies/{case}.csv"], "a.csv").tables
    assert point_columns(table) is None
    (right,) = read(FILES["bodies/points.csv"], "a.csv").tables
    assert point_columns(right) == (1, 2)


@pytest.mark.parametrize(
    "case, name, content",
    [
        ("B096-xlsx-xxe-in-sheet", "a.xlsx", FILES["books/doctype.xlsx"]),
        ("B097-xlsx-external-link", "a.xlsx", FILES["books/external-link.xlsx"]),
        ("B115-kml-network-link", "a.kml", FILES["maps/link.kml"]),
        ("B115-kml-icon", "a.kml", kml(placemark("x", 135, 34) + "<Style><href>http://192.0.2.1/i.png</href></Style>")),
    ],
)
def test_nothing_that_a_file_names_is_asked_for(case, name, content, monkeypatch):
    def asked(*_):
        raise AssertionError("a request was made")

    for way in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, way, asked, raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", asked)
    assert read(content, name).findings or name == "a.kml"


@pytest.mark.parametrize(
    "case, written, stored, found_by",
    [
        ("B116-title-rtl-override", "避難所\u202e一覧", "避難所一覧", "避難所一覧"),
        ("B117-title-zero-width", "避難\u200b所", "避難所", "避難所"),
        ("B119-title-nfd-dakuten", "カ\u3099イド", "ガイド", "ガイド"),
        ("B120-title-cjk-compat", "㍿ﾊﾟｰｸ", "㍿ﾊﾟｰｸ", "株式会社パーク"),
        ("B121-title-variation-selectors", "葛\U000e0100城", "葛\U000e0100城", "葛城"),
        ("B122-title-emoji-zwj", "公園👨\u200d👩\u200d👧", "公園👨👩👧", "公園👨\u200d👩\u200d👧"),
    ],
)
def test_titles_are_stored_composed_and_found_by_their_normal_spelling(case, written, stored, found_by):
    assert text.clean(written) == stored
    assert text.fold(text.clean(written)) == text.fold(found_by)


def test_a_gzip_or_deflate_stream_that_never_ends_is_no_table():
    assert [each.rule for each in read(zlib.compress(b"x" * MEBI), "a.csv").findings] != []
    assert json.dumps(read(b"\x1f\x8b\x08" + b"\0" * 100, "a.csv").as_dict())


def test_a_parser_that_would_need_more_than_it_may_have_ends_alone():
    content = FILES["books/far-cell.xlsx"]
    with sandboxed(content, "a.xlsx", limits=Limits(sheet_cells=1 << 40), caps=Caps(wall_seconds=60)) as reading:
        assert [finding.rule for finding in reading.findings] == ["reading-stopped"]
