from datetime import datetime, timedelta, timezone

import pytest
from osakadx.errors import FetchError, RefusedAddress
from osakadx.quality.verdict import Strike, added, settle, strike

JAPAN = timezone(timedelta(hours=9))
MONDAY = datetime(2026, 11, 2, 12, tzinfo=JAPAN)


def failures(*hours, verdict="gone"):
    return [Strike(MONDAY + timedelta(hours=hour), verdict, "not-found") for hour in hours]


@pytest.mark.parametrize(
    ("before", "hours", "verdict"),
    [
        (None, [0], "unknown"),
        ("ok", [0], "ok"),
        ("ok", [0, 1, 2, 3], "ok"),
        ("ok", [0, 12], "ok"),
        ("ok", [0, 11, 24], "gone"),
        ("unknown", [0, 1, 12], "gone"),
        ("moved", [0, 12, 24], "gone"),
        ("gone", [0, 12, 24, 36], "gone"),
    ],
)
def test_three_failures_on_two_days_make_a_file_gone(before, hours, verdict):
    assert settle(before, failures(*hours)) == verdict


def test_days_are_those_of_japan():
    late = datetime(2026, 11, 2, 14, 30, tzinfo=timezone.utc)  # 23:30 in Japan
    strikes = [Strike(late + timedelta(minutes=30 * n), "gone", "too-slow") for n in range(3)]
    assert settle("ok", strikes) == "gone"
    assert settle("ok", [Strike(late + timedelta(minutes=n), "gone", "too-slow") for n in range(3)]) == "ok"


def test_a_page_instead_of_data_is_believed_at_once_only_where_there_never_were_data():
    assert settle(None, failures(0, verdict="html")) == "html"
    assert settle(None, [Strike(MONDAY, "refused", "login-page")]) == "refused"
    assert settle(None, [Strike(MONDAY, "refused", "waf-page")]) == "unknown"  # it may let others pass
    assert settle("ok", failures(0, verdict="html")) == "ok"
    assert settle("ok", failures(0, 12, 24, verdict="html")) == "html"


def test_an_address_that_must_not_be_asked_is_refused_at_once():
    found = strike(RefusedAddress("公開されていないアドレスです。", slug="address-not-public"), MONDAY)
    assert settle("ok", [found]) == "refused"


@pytest.mark.parametrize(
    ("slug", "verdict"),
    [
        ("not-found", "gone"),
        ("too-slow", "gone"),
        ("forbidden", "refused"),
        ("certificate-expired", "refused"),
        ("login-page", "refused"),
        ("waf-page", "refused"),
        ("is-web-page", "html"),
    ],
)
def test_each_failure_counts_as_what_it_is(slug, verdict):
    assert strike(FetchError("だめでした。", slug=slug), MONDAY).verdict == verdict


@pytest.mark.parametrize("slug", ["host-resting", "host-not-listed", "robots-disallowed", "too-many-requests"])
def test_our_own_restraint_is_no_strike(slug):
    assert strike(FetchError("控えています。", slug=slug), MONDAY) is None


def test_strikes_survive_storage():
    (one,) = failures(0)
    assert Strike.from_dict(one.as_dict()) == one


def test_of_many_strikes_the_first_and_the_newest_are_kept():
    kept = []
    for one in failures(*range(40)):
        kept = added(kept, one)
    assert len(kept) == 12
    assert (kept[0].when, kept[-1].when) == (MONDAY, MONDAY + timedelta(hours=39))
