import pytest
from osakadx.quality.finding import Finding, column_letters


@pytest.mark.parametrize(
    "column, letters", [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_columns_have_the_letters_of_a_spreadsheet(column, letters):
    assert column_letters(column) == letters


def test_a_cell_needs_a_row_and_a_column():
    assert Finding(rule="x", severity="error", message="m", row=12, column=3).cell == "C12"
    assert Finding(rule="x", severity="error", message="m", row=12).cell is None


def test_a_finding_comes_back_from_its_report():
    finding = Finding(rule="x", severity="advice", message="m", fix="f", sheet="甲", row=1, column=2, value="v")
    assert Finding.from_dict(finding.as_dict()) == finding
    assert finding.as_dict()["cell"] == "B1"
