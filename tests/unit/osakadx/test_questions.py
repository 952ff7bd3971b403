"""Which questions count for the score, until when they are answered, and how many may be asked."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.quality.evidence import Answers
from osakadx.questions import JAPAN, Limits, Question, answers, day, days_left, due, reached, standing

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=JAPAN)
PROMISE = 14


def ago(days, hour=9):
    return (NOW - timedelta(days=days)).replace(hour=hour)


def told(*questions):
    return answers(questions, NOW, PROMISE)


def test_the_promise_ends_with_a_day_of_japan_and_not_with_an_hour():
    late_at_night = datetime(2026, 11, 1, 15, 30, tzinfo=timezone.utc)  # 0:30 on the 2nd in Japan
    assert due(late_at_night, PROMISE) == date(2026, 11, 16)
    last_minute = datetime(2026, 11, 16, 23, 59, tzinfo=JAPAN)
    assert standing(Question(late_at_night, last_minute), NOW, PROMISE) == "in-time"
    assert standing(Question(late_at_night, last_minute + timedelta(minutes=1)), NOW, PROMISE) == "late"


@pytest.mark.parametrize(
    ("asked", "answered", "said", "left"),
    [
        (3, None, "waiting", 11), (14, None, "waiting", 0), (15, None, "late", -1),
        (30, 20, "in-time", -16), (30, 16, "in-time", -16), (30, 15, "late", -16),
    ],
)  # fmt: skip
def test_an_answer_is_in_time_within_the_promise_and_late_after_it(asked, answered, said, left):
    question = Question(ago(asked), ago(answered) if answered is not None else None)
    assert standing(question, NOW, PROMISE) == said
    assert days_left(question.asked, NOW, PROMISE) == left


def test_what_waits_within_the_promise_does_not_count_yet():
    assert told(Question(ago(2))) == Answers(asked=1, overdue=0)
    assert told(Question(ago(20))) == Answers(asked=1, late=1, overdue=1)
    assert told(Question(ago(30), ago(10))) == Answers(asked=1, late=1, overdue=0)


def test_no_question_and_a_question_of_long_ago_are_nothing():
    assert told() == told(Question(ago(400), ago(399))) == told(Question(ago(400))) == Answers(overdue=0)


def test_what_does_not_count_is_neither_in_time_nor_late():
    mine = Question(ago(40), ago(39), counts=False)
    assert told(mine, Question(ago(41), counts=False)) == told()
    assert told(mine, Question(ago(30), ago(29))) == told(Question(ago(30), ago(29)))


def test_of_one_day_one_answer_in_time_counts_and_every_late_one():
    burst = [Question(ago(30, hour), ago(29)) for hour in range(1, 12)]
    assert told(*burst).in_time == 1
    assert told(*burst, Question(ago(31), ago(30))).in_time == 2
    assert told(*(Question(ago(30, hour)) for hour in range(1, 4))).late == 3


moments = st.datetimes(datetime(2025, 6, 1), datetime(2026, 11, 26)).map(lambda when: when.replace(tzinfo=JAPAN))
questions = st.builds(
    lambda asked, wait, counts: Question(
        asked, None if wait is None or asked + wait > NOW else asked + wait, counts=counts
    ),
    moments,
    st.none() | st.timedeltas(timedelta(0), timedelta(days=60)),
    st.booleans(),
)


@given(st.lists(questions, max_size=12))
def test_counts_are_whole_and_never_more_than_what_was_asked(found):
    said = answers(found, NOW, PROMISE)
    assert said.in_time + said.late <= said.asked <= len(found)
    assert 0 <= said.overdue <= said.late
    assert said.in_time <= len({day(one.asked) for one in found})
    assert said == answers(list(reversed(found)), NOW, PROMISE)


@given(questions, st.integers(0, 400))
def test_a_question_that_is_late_stays_late(question, days):
    if standing(question, NOW, PROMISE) == "late":
        assert standing(question, NOW + timedelta(days=days), PROMISE) == "late"


@given(questions)
def test_a_longer_promise_makes_nothing_late(question):
    if standing(question, NOW, PROMISE) != "late":
        assert standing(question, NOW, PROMISE + 1) != "late"


@pytest.mark.parametrize(
    ("of_asker", "of_dataset", "limit"),
    [(0, 0, ""), (4, 19, ""), (5, 0, "asker"), (6, 30, "asker"), (0, 20, "dataset")],
)
def test_a_day_has_room_for_so_many_questions(of_asker, of_dataset, limit):
    assert reached(of_asker, of_dataset, Limits(asker=5, dataset=20)) == limit
    assert reached(of_asker, of_dataset, Limits(0, 0)) == ""
