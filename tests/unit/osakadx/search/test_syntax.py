import pytest
from osakadx.search import syntax


@pytest.mark.parametrize(
    "text, kind",
    [
        ("", "everything"),
        ("*:*", "everything"),
        ("*", "everything"),
        ("避難所 AED", "words"),
        ("https://example.jp/a?b=c", "words"),
        ("12:30 開始", "words"),
        ("分野：防災", "words"),
        ("Q&A (案)", "words"),
        ("COVID-19", "words"),
        ('"避難所" AED', "operators"),
        ("避難所 OR 病院", "operators"),
        ("避難所 -福祉", "operators"),
        ("name:foo", "fields"),
        ("organization:271004 避難所", "fields"),
        ("+title:避難所", "fields"),
        ("extras_frequency:随時", "fields"),
        ("metadata_modified:[* TO NOW]", "fields"),
        ("{!lucene}x", "fields"),
        ("_query_:x", "fields"),
    ],
)
def test_queries_in_words_are_told_from_those_in_syntax(text, kind):
    assert syntax.kind(text) == kind


@pytest.mark.parametrize("text", ["a*" * 5000, "name:" + "x" * 2000, "title:*a* OR title:*b* OR title:*c*"])
def test_costly_syntax_is_refused_in_japanese(text):
    with pytest.raises(syntax.RefusedQuery, match="検索式"):
        syntax.check(text)


@pytest.mark.parametrize("text", ["*:*", "name:foo*", r"title:\*\*\*\*\*\*", "metadata_modified:[* TO NOW]"])
def test_ordinary_syntax_passes(text):
    syntax.check(text)


def test_what_no_request_can_carry_is_dropped():
    assert syntax.sound("避難\ud800所\x00") == "避難所"
