"""One person, one letter: grouping, preferences, the day's cap."""

from datetime import datetime, timedelta, timezone

from osakadx.mails.letters import Message, deal

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=timezone.utc)  # a Thursday, noon in Osaka
GATHER = timedelta(minutes=10)


def message(number, person="a", kind="harvest-held", minutes=30):
    return Message(f"m{number}", person, kind, NOW - timedelta(minutes=minutes))


def dealt(messages, chosen=None, sent=None, cap=5, now=NOW):
    return deal(messages, chosen or {}, sent or {}, now=now, gather=GATHER, cap=cap)


def ids(found):
    return [[each.id for each in letter.messages] for letter in found.letters]


def test_a_person_gets_one_letter_for_five_messages():
    found = dealt([message(number, minutes=40 - number) for number in range(5)] + [message(9, "b")])
    assert ids(found) == [["m0", "m1", "m2", "m3", "m4"], ["m9"]]


def test_a_fresh_message_waits_for_others():
    assert ids(dealt([message(1, minutes=3)])) == []


def test_a_fresh_message_goes_along_with_one_that_is_due():
    assert ids(dealt([message(1, minutes=11), message(2, minutes=1)])) == [["m1", "m2"]]


def test_what_is_wanted_daily_waits_for_the_morning():
    chosen = {"a": {"harvest-held": "daily"}}
    assert ids(dealt([message(1)], chosen)) == []
    assert ids(dealt([message(1)], chosen, now=NOW + timedelta(hours=20))) == [["m1"]]


def test_what_is_wanted_weekly_does_not_go_along_before_its_day():
    found = dealt([message(1), message(2, kind="harvest-recovered")], {"a": {"harvest-recovered": "weekly"}})
    assert ids(found) == [["m1"]]


def test_what_is_not_wanted_is_stopped_and_the_rest_goes():
    found = dealt([message(1), message(2, kind="harvest-failed")], {"a": {"harvest-held": "never"}})
    assert (found.stopped, ids(found)) == (("m1",), [["m2"]])


def test_over_the_cap_messages_wait_for_tomorrow():
    found = dealt([message(1), message(2, "b")], sent={"a": 5})
    assert (found.capped, ids(found)) == (("m1",), [["m2"]])


def test_a_cap_of_zero_is_none():
    assert ids(dealt([message(1)], sent={"a": 500}, cap=0)) == [["m1"]]


def test_a_choice_that_a_kind_does_not_offer_is_not_taken():
    found = dealt([message(1, kind="contact-confirm")], {"a": {"contact-confirm": "never"}})
    assert (found.stopped, ids(found)) == ((), [["m1"]])


def test_a_summary_goes_when_it_is_made_and_not_a_week_later():
    assert ids(dealt([message(1, kind="harvest-digest"), message(2, "b", "quality-digest")])) == [["m1"], ["m2"]]


def test_a_summary_that_nobody_wants_is_stopped():
    found = dealt([message(1, kind="quality-digest")], {"a": {"quality-digest": "never"}})
    assert (found.stopped, ids(found)) == (("m1",), [])
