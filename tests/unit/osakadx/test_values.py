import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx import values
from osakadx.values import Values


@pytest.mark.parametrize(
    "written, plain",
    [
        ("一行目<br>二行目", "一行目\n二行目"),
        ("<p>一段落</p><p>二段落</p>", "一段落\n二段落\n"),
        ('<a href="https://a.jp">ここ</a>を見る', "ここを見る"),
        ("<script>alert(1)</script>本文", "本文"),
        ("<style>p{}</style><div>本文</div>", "本文\n"),
        ("A &amp; B<br/>", "A & B\n"),
        ("5歳<br>未満", "5歳\n未満"),
        ("年齢 < 5 かつ > 1", "年齢 < 5 かつ > 1"),
        ("<https://a.jp/> を参照", "<https://a.jp/> を参照"),
    ],
)
def test_html_in_a_description_becomes_plain_text(written, plain):
    assert values.plain_text(written) == plain


def test_a_value_may_be_a_text_a_number_a_list_or_nothing():
    concepts = {"title": 2024, "keyword": ["a", None, 3, ["b"]], "description": None, "file_api": True}
    record = Values(concepts, [])
    assert record.line("title") == "2024"
    assert record.raw("keyword") == ["a", "3", "b"]
    assert record.lines("description") == ""
    assert record.line("file_api") == "True"
    assert record.line("not_there") == ""


def test_a_date_that_cannot_be_read_is_noted_with_the_name_of_its_column_and_how_to_write_it():
    record = Values({"issued": "4月頃"}, [])
    assert record.date("issued") == ""
    assert record.notices == [
        (
            "issued-unread",
            "データセット_公開日「4月頃」を日付として読めません。2026-04-01 か 令和8年4月1日 のように書いてください。",
        )
    ]


def test_a_description_without_end_is_cut_and_noted():
    record = Values({"description": "あ" * (values.LONGEST_TEXT + 1)}, [])
    assert len(record.lines("description")) == values.LONGEST_TEXT
    assert record.notices[0][0] == "description-cut"


def test_a_link_is_completed_by_the_page_it_stands_on_and_a_bad_one_is_noted():
    record = Values({"documentation": ["a.pdf; b", "javascript:alert(1)"]}, [], "https://a.lg.jp/x/")
    assert record.links("documentation") == ("https://a.lg.jp/x/a.pdf;%20b",)
    assert record.notices[0][0] == "link-scheme-refused"


@given(st.text())
def test_no_text_makes_the_html_reader_stumble(written):
    assert isinstance(values.plain_text(written), str)
    assert isinstance(values.plain_text(f"<p>{written}</p>"), str)
