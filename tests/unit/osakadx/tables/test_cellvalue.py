from datetime import date, datetime, time, timedelta

import pytest
from osakadx.tables.cellvalue import as_text


@pytest.mark.parametrize(
    "value, text",
    [
        ("0012", "0012"),
        (110.0, "110"),
        (34.7248161, "34.7248161"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (1e20, "100000000000000000000"),
        (1.5e-7, "0.00000015"),
        (7000020270008.0, "7000020270008"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2024, 4, 1), "2024-04-01"),
        (datetime(2024, 4, 1, 10, 30), "2024-04-01T10:30:00"),
        (datetime(2024, 4, 1), "2024-04-01"),
        (datetime(2024, 4, 1, 10, 29, 59, 999_900), "2024-04-01T10:30:00"),
        (time(9, 0), "09:00"),
        (time(9, 0, 5), "09:00:05"),
        (timedelta(hours=30, minutes=5), "30:05"),
    ],
)
def test_a_cell_is_read_as_a_person_sees_it(value, text):
    assert as_text(value) == text
