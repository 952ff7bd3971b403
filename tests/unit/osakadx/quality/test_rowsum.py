from hypothesis import given, settings
from hypothesis import strategies as st
from osakadx.quality.check import check
from osakadx.quality.rowsum import kept
from osakadx.tables.read import read

ROWS = [f"{n},館{n},{n * 3},2024-04-{n:02}" for n in range(1, 25)]


def look(rows, header="ID,名称,人数,開設日"):
    return check(read("\r\n".join([header, *rows]).encode(), "a.csv"))


@settings(deadline=None, max_examples=30)
@given(st.permutations(ROWS))
def test_the_order_of_the_rows_is_no_news(rows):
    assert look(rows).content == look(ROWS).content


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(ROWS), max_size=5))
def test_copies_of_rows_are_no_news(copies):
    assert look([*ROWS, *copies]).content == look(ROWS).content


def test_the_way_of_writing_is_no_news_and_a_word_is():
    wide = [ROWS[0].replace("館", " 館").replace("3,", "3.0,").replace("1", "１", 1), *ROWS[1:]]
    assert look(wide).content == look(ROWS).content
    assert look([ROWS[0].replace("館", "堂"), *ROWS[1:]]).content != look(ROWS).content


def test_a_new_row_is_news():
    assert look([*ROWS, "99,新館,1,2024-05-01"]).content != look(ROWS).content


def test_ids_are_compared_from_one_version_to_the_next():
    before = look(ROWS).ids
    assert len(before) == 24 and kept(before, before) == 1.0
    assert kept(before, look(ROWS[:12]).ids) == 0.5
    assert kept(before, look([f"x{row}" for row in ROWS]).ids) == 0.0
    assert kept((), before) is None and kept(before, ()) is None


@settings(deadline=None, max_examples=20)
@given(st.integers(200, 2000), st.floats(0, 1))
def test_of_many_ids_the_share_is_estimated(count, share):
    def sketch(ids):
        return look([f"{one},館,1,2024-04-01" for one in ids]).ids

    gone = round(count * share)
    found = kept(sketch(range(count)), sketch([*range(gone, count), *range(10**6, 10**6 + gone)]))
    assert abs(found - (1 - gone / count)) < 0.35
