from dataclasses import replace

import pytest
from osakadx.quality.badges import award
from osakadx.quality.rulebook import rulebook

from .evidences import WORDS, csv, evidence, file, full, toilets

BOOK = rulebook()


@pytest.mark.parametrize(
    ("data", "badge", "lacking"),
    [
        (full(), "gold", ()),
        (full(toilets(c12="あり")), "silver", ("values-in-the-vocabulary",)),
        (full(toilets(encoding="cp932")), "bronze", ("encoding-is-utf-8",)),
        (full(metadata=replace(WORDS, license="")), None, ("license-is-open",)),
        (evidence(file(data=csv())), None, ("license-is-open",)),
    ],
)
def test_a_badge_is_earned_by_rules_met_in_full(data, badge, lacking):
    found = award(data, BOOK)
    assert (found.badge and found.badge.key) == badge
    assert tuple(rule.slug for rule in found.lacking) == lacking


def test_nothing_examined_earns_nothing():
    assert award(evidence(), BOOK).badge is None
