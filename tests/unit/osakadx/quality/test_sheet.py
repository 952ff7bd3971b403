import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.quality.sheet import Place, Shape, agree, sheet, wanted

TOILETS = Shape(header_rows=(1,), header=("名称", "緯度", "経度"), first_data_row=2, rows=100)
SWAPPED = Place(1, row=12, column=2, value="135.488", severity="error")
ROWS = {11: ["A", "34.5", "135.4"], 12: ["B", "135.488", "34.5"], 13: ["C", "34.6", "135.5"]}


def test_the_rows_with_findings_are_fetched_with_their_neighbours():
    assert wanted([SWAPPED, Place(2, row=101, column=None), Place(3, row=1, column=2)], TOILETS) == [
        11,
        12,
        13,
        100,
        101,
    ]


def test_findings_above_the_data_bring_its_first_rows():
    assert wanted([Place(1, row=1, column=2)], TOILETS) == [2, 3, 4]
    assert wanted([Place(1, row=1, column=2)], Shape((1,), ("a",), None, 0)) == []


def test_a_cell_is_marked_where_it_stands_in_the_sheet():
    found = sheet([SWAPPED], TOILETS, ROWS)
    assert found.columns == ("A", "B", "C")
    assert [(line.number, line.header, line.gap) for line in found.lines] == [
        (1, True, False), (11, False, True), (12, False, False), (13, False, False)
    ]  # fmt: skip
    assert [cell.text for cell in found.lines[0].cells] == ["名称", "緯度", "経度"]
    marked = [cell for line in found.lines for cell in line.cells if cell.numbers]
    assert [(cell.address, cell.text, cell.numbers, cell.severity) for cell in marked] == [
        ("B12", "135.488", (1,), "error")
    ]
    assert found.whole
    assert found.shown == {1}


def test_a_finding_of_a_whole_row_is_marked_at_its_number():
    found = sheet([Place(4, row=12, column=None, value="5", severity="error")], TOILETS, ROWS)
    assert [(line.number, line.numbers, line.severity) for line in found.lines if line.numbers] == [(12, (4,), "error")]


def test_without_rows_only_what_the_findings_saw_is_shown():
    found = sheet([SWAPPED], TOILETS, {})
    assert not found.whole
    assert [cell.text for cell in found.lines[-1].cells] == [None, "135.488", None]


def test_rows_that_do_not_fit_the_findings_are_not_shown():
    shifted = {number + 1: cells for number, cells in ROWS.items()}  # a blank row above was not loaded
    assert not agree([SWAPPED], shifted)
    assert not sheet([SWAPPED], TOILETS, shifted).whole


@pytest.mark.parametrize(
    "seen, written",
    [("１２", "12"), ("12.50", "12.5"), ("1,200", "1200"), ("とても長い説…", "とても長い説明です"), ("ﾄｲﾚ", "トイレ")],
)
def test_a_value_is_known_again_however_it_was_loaded(seen, written):
    assert agree([Place(1, 2, 1, seen)], {2: [written]})


def test_of_a_wide_table_only_the_columns_near_findings_are_shown():
    wide = Shape((1,), tuple(f"c{n}" for n in range(200)), 2, 10)
    assert sheet([Place(1, 3, 100, "x")], wide, {}).columns == ("A", "B", "C", "CU", "CV", "CW")


places = st.lists(
    st.builds(
        Place,
        number=st.integers(1, 9),
        row=st.integers(1, 300),
        column=st.none() | st.integers(1, 60),
        value=st.none() | st.text(max_size=4),
        severity=st.sampled_from(["error", "warning", "advice"]),
    ),
    min_size=1,
    max_size=30,
)


@given(places)
def test_every_finding_is_marked_somewhere(found):
    laid_out = sheet(found, TOILETS, {})
    assert laid_out.shown == {place.number for place in found}
    assert [line.number for line in laid_out.lines] == sorted({1, *(place.row for place in found)})
