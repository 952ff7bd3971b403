import pytest
from osakadx.tables.fit import Room, misfit, overlong
from osakadx.tables.read import read

(TABLE,) = read("名称,人数\n一,1\n二,2\n三,3\n".encode(), "a.csv").tables


def test_a_table_within_the_room_fits():
    assert misfit(TABLE, Room(rows=3, columns=2)) is None


@pytest.mark.parametrize(
    ("room", "rule", "said"),
    [
        (Room(rows=2), "table-too-long", "行が 3 あります。2 行を超える"),
        (Room(columns=1), "table-too-wide", "列が 2 あります。1 列を超える"),
    ],
)
def test_what_is_too_large_is_said_with_its_numbers(room, rule, said):
    finding = misfit(TABLE, room)
    assert (finding.rule, finding.severity) == (rule, "advice")
    assert finding.message.startswith(said)


def test_a_refused_table_is_told_how_to_mend_it():
    assert overlong(TABLE).fix
