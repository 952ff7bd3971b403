from hypothesis import given
from hypothesis import strategies as st
from osakadx.tables.names import distinct, field_names, joined, single


def test_line_breaks_in_a_name_go():
    assert single(["燃えるごみ\n（可燃系）", "電話"]) == ("燃えるごみ（可燃系）", "電話")


def test_layout_blanks_go_from_joined_names():
    block = [(1, ["学　級　数", "", "校  名"]), (2, ["１年", "２ 年", ""])]
    assert joined(block, 3) == ("学級数_１年", "学級数_２年", "校名")


def test_blanks_between_latin_words_stay():
    assert joined([(1, ["Name of city", ""]), (2, ["", "tel no"])], 2) == ("Name of city", "Name of city_tel no")


def test_a_merged_cell_names_each_of_its_columns():
    block = [(1, ["年度", "収集量", "", ""]), (2, ["", "家庭", "事業", ""])]
    assert joined(block, 4, [(1, 1, 2, 1), (1, 2, 1, 4)]) == ("年度", "収集量_家庭", "収集量_事業", "収集量")


def test_equal_and_empty_names_become_distinct():
    assert distinct(["名称", "", "名称", "名称_2", "列2"]) == ("名称", "列2", "名称_2", "名称_2_2", "列2_2")


def test_field_names_are_what_the_datastore_takes():
    assert field_names(['_id "x"', "  名称 ", "あ" * 30]) == ("id x", "名称", "あ" * 21)


@given(st.lists(st.text(max_size=40), max_size=12))
def test_field_names_are_always_legal_and_unique(header):
    fields = field_names(header)
    assert len(fields) == len(header) == len(set(fields))
    for field in fields:
        assert field == field.strip()
        assert field
        assert not field.startswith("_")
        assert '"' not in field
        assert len(field.encode("utf-8", "replace")) <= 63
        assert all(ord(char) > 31 for char in field)
