from hypothesis import given
from hypothesis import strategies as st
from osakadx.quality.content import Digest

TABLE = [["名称", "人数"], ["市民会館", "12"], ["図書館", "0"]]
tables = st.lists(st.lists(st.text(max_size=8), max_size=4), max_size=6)


def digest(rows):
    one = Digest(rows[0] if rows else [])
    return [*one.passing(iter([tuple(row) for row in rows[1:]]))], one.hexdigest()


def test_the_way_of_writing_does_not_count():
    assert digest([["名称", "人数"], [" 市民会館 ", "12.0", ""], [], ["図書館", "０"], ["", ""]])[1] == digest(TABLE)[1]


def test_every_word_counts():
    assert digest([["名称", "人数"], ["市民会館", "12"], ["図書館", "1"]])[1] != digest(TABLE)[1]
    assert digest([["名称", "人数"], ["市民会館1", "2"], ["図書館", "0"]])[1] != digest(TABLE)[1]


def test_leading_zeros_count():
    assert digest([["コード"], ["012"]])[1] != digest([["コード"], ["12"]])[1]


@given(tables)
def test_rows_pass_unchanged(rows):
    passed, _ = digest(rows)
    assert passed == [tuple(row) for row in rows[1:]]
