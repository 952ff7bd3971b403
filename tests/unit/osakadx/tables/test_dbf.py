import pytest
from osakadx.tables.dbf import BrokenDbf, open_dbf

from tests.corpus.formats import dbf

FIELDS = [("名称", "C", 10), ("人口", "N", 8), ("更新日", "D", 8), ("公開", "L", 1)]
RECORDS = [("北区役所", "001234.50", "20240401", "T"), ("ソース", "", "", "?")]


@pytest.mark.parametrize("encoding, codec", [("cp932", "cp932"), ("utf-8", "utf-8"), ("euc_jp", "euc_jp")])
def test_the_encoding_shows_in_the_bytes(encoding, codec):
    fields = [(name, kind, 14 if kind == "C" else width) for name, kind, width in FIELDS]
    table = open_dbf(dbf(fields, RECORDS, encoding))
    assert (table.codec, table.names) == (codec, ("名称", "人口", "更新日", "公開"))
    assert list(table.records()) == [("北区役所", "001234.5", "2024-04-01", "TRUE"), ("ソース", "", "", "")]


def test_a_declared_encoding_that_cannot_read_it_gives_way():
    assert open_dbf(dbf(FIELDS, RECORDS), "UTF-8").codec == "cp932"
    assert open_dbf(dbf(FIELDS, RECORDS), "SJIS").codec == "cp932"
    assert open_dbf(dbf([("a", "C", 3)], [("x",)]), "932").codec == "cp932"


def test_half_a_character_at_the_end_of_a_field_is_left_out_and_told():
    table = open_dbf(dbf([("名称", "C", 9)], [("大阪市役所",), ("北区",)]))
    assert list(table.records()) == [("大阪市役",), ("北区",)]
    assert list(table.cut()) == [(1, 1)]


def test_deleted_records_keep_their_place():
    content = bytearray(dbf([("a", "C", 1)], [("x",), ("y",)]))
    content[65] = 0x2A
    assert list(open_dbf(bytes(content)).records()) == [None, ("y",)]


@pytest.mark.parametrize("content", [b"", b"\x03" + bytes(40), dbf([("a", "C", 1)], [])[:33]])
def test_what_is_no_table_is_refused(content):
    with pytest.raises(BrokenDbf):
        open_dbf(content)


def test_a_table_cut_short_gives_what_is_there():
    content = dbf([("a", "C", 4)], [("abcd",)] * 3)
    assert len(list(open_dbf(content[:-4]).records())) == 2
