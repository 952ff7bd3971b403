"""A little of `make chaos` with every run of the tests."""

from __future__ import annotations

import json

from .chaos import BREACHES, Chaos
from .portal import Portal

KILLS, SEED = 12, 20261126


def test_f12_a_dozen_kills_at_random(portal: Portal) -> None:
    found = Chaos(portal, SEED, sources=3, each=30).run(KILLS)
    print(json.dumps(found))
    assert {name: found[name] for name in BREACHES if found[name]} == {}
