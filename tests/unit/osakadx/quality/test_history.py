import pytest
from osakadx.quality.evidence import Change, Identity
from osakadx.quality.history import change_after, identity_after, observed_days

FIRST = Change("2026-01-01", "2026-01-01")


@pytest.mark.parametrize(
    ("before", "known", "content", "first_seen", "after"),
    [
        (None, "", "a", "2026-03-01", Change("2026-03-01", "2026-03-01")),
        (None, "", "a", "2020-01-01", Change("2020-01-01", "2026-03-01")),  # registered anew
        (FIRST, "a", "a", "2026-01-01", FIRST),
        (FIRST, "a", "", "2026-03-01", FIRST),  # could not be read this time
        (FIRST, "a", "b", "2026-03-01", Change("2026-03-01", "2026-01-01", ("2026-03-01",))),
        (
            FIRST,
            "a",
            "b",
            "2019-01-01",
            Change("2019-01-01", "2026-01-01", ("2026-03-01",)),
        ),  # an old version came back
    ],
)
def test_only_other_content_is_a_change_and_it_is_as_old_as_its_first_sight(before, known, content, first_seen, after):
    assert change_after(before, known, content, first_seen, "2026-03-01") == after


def test_a_history_survives_storage_and_stays_short():
    change = FIRST
    for month in range(1, 41):
        change = change_after(change, str(month), str(month + 1), "2026-03-01", f"20{month:02}-01-01")
    assert len(change.changes) == 24 and Change.from_dict(change.as_dict()) == change


def test_moves_are_counted_and_ids_compared_where_they_changed():
    first = identity_after(None, moved=False, ids_before=(), ids=("a", "b"), day="2026-01-01")
    assert first == Identity("2026-01-01")
    moved = identity_after(first, moved=True, ids_before=("a", "b"), ids=("a", "c"), day="2026-02-01")
    assert moved == Identity("2026-01-01", 1, 0.5)
    same = identity_after(moved, moved=False, ids_before=("a", "c"), ids=("a", "c"), day="2026-03-01")
    assert same == moved and Identity.from_dict(same.as_dict()) == same


@pytest.mark.parametrize(
    ("changes", "days"),
    [((), None), (("2026-01-01", "2026-02-01"), None), (("2026-01-01", "2026-02-01", "2026-03-01"), 31)],
)
def test_an_own_pace_needs_three_changes(changes, days):
    assert observed_days(Change("2026-03-01", "2025-01-01", changes)) == days
