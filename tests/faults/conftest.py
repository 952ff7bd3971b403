"""One portal for the whole tier; every test leaves it sound, or fails."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from .invariants import assert_sound
from .portal import SERVICES, WORKERS, Portal
from .portal import portal as started


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The portal with its workers and its scheduler at work."""
    with started(tmp_path_factory.mktemp("faults")) as made:
        yield made


@pytest.fixture
def portal(whole: Portal) -> Iterator[Portal]:
    """The portal; what must always hold is looked at after each test."""
    yield whole
    for name in SERVICES:
        whole.proxies[name].mode = "pass"
        whole.proxies[name].delay = 0.0
    for name in (*WORKERS, "scheduler"):
        whole.on(name)
        whole.signal(name, signal.SIGCONT)
    for source in whole.sources:
        source.catalog.fault = None
        source.catalog.door.set()
    assert_sound(whole)
