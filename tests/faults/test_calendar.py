"""The calendar: schedulers that die, many sources due at once, a large one beside small ones, clocks that jump."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from .portal import WORKERS, Portal, Source
from .source import Ask

TOKYO = ZoneInfo("Asia/Tokyo")


def a_while_ago() -> str:
    """A daily schedule whose clock time has passed, and the minutes over which its sources are spread too."""
    moment = datetime.now(TOKYO) - timedelta(minutes=15)
    return f"{moment.minute} {moment.hour} * * *"


def due(portal: Portal, sources: list[Source]) -> None:
    """Make these sources look as if they had been there for an hour."""
    ids = [source.id for source in sources]
    portal.do("UPDATE harvest_source SET created = created - interval '1 hour' WHERE id = ANY(%s)", ids)


def test_f13_f36_sixty_sources_due_at_once_run_once_each_though_schedulers_die(portal: Portal) -> None:
    site = portal.host()
    at_once = [0, 0]  # answered now, and the most there ever were

    def counted(ask: Ask) -> None:
        at_once[0] += 1
        at_once[1] = max(at_once)
        time.sleep(0.01)
        at_once[0] -= 1

    sources = []
    for number in range(60):
        catalog = portal.catalog(f"f36-{number}", 1, site)
        catalog.fault = counted
        sources.append(portal.source(f"f36-{number}", catalog=catalog, schedule=a_while_ago()))
    portal.on("scheduler2")
    portal.wait(lambda: portal.pid("scheduler2"), 20, "the second scheduler does not start")
    due(portal, sources)
    ids = [source.id for source in sources]
    runs = "SELECT count(*) FROM osakadx_harvest_run WHERE source_id = ANY(%s)"
    portal.wait(lambda: portal.value(runs, ids), 20, "nothing is asked for")
    portal.signal("scheduler")
    done = f"{runs} AND state = 'finished'"
    portal.wait(lambda: portal.value(done, ids) == 60, 90, "not every source is harvested")
    portal.off("scheduler2")
    assert portal.value(runs, ids) == 60
    assert at_once[1] <= len(WORKERS)
    for source in sources:
        source.owed |= source.catalog.packages.keys()


def test_f13_without_a_scheduler_nothing_is_missed_only_late(portal: Portal) -> None:
    portal.off("scheduler")
    source = portal.source("f13", 3, schedule=a_while_ago())
    due(portal, [source])
    time.sleep(1)
    runs = "SELECT count(*) FROM osakadx_harvest_run WHERE source_id = %s"
    assert portal.value(runs, source.id) == 0
    portal.on("scheduler")
    portal.wait(lambda: portal.value(f"{runs} AND state = 'finished'", source.id) == 1, 30, "the run is missed")
    source.owed |= source.catalog.packages.keys()


@pytest.mark.parametrize("days", [-1, 0, 1, 2])
def test_f30_a_clock_that_jumps_asks_for_one_run_at_most(portal: Portal, days: int) -> None:
    source = portal.source(f"f30-{days}", 2, schedule="0 0 31 2 *")  # never: the scheduler leaves it alone
    source.run()
    with portal.inside():
        from ckan import model
        from ckanext.harvest.model import HarvestSource
        from ckanext.osakadx.harvest import calendar, standing

        this = model.Session.get(HarvestSource, source.id)
        passed = datetime.now(TOKYO) - timedelta(minutes=90)
        this.config = this.config.replace("0 0 31 2 *", f"{passed.minute} {passed.hour} * * *")
        model.Session.flush()
        now = datetime.now(TOKYO)
        asked = list(calendar.due(int((now + timedelta(days=days)).timestamp()), standing.is_due))
        assert asked.count(source.id) == (1 if days > 0 else 0)


def test_f37_small_sources_do_not_wait_for_a_large_one(portal: Portal) -> None:
    large = portal.source("f37-large", 200)
    run = large.ask()
    portal.working_on(run)
    for number in range(3):
        assert portal.source(f"f37-{number}", 2).run()["counts"]["added"] == 2
    assert large.results(run) < 200
    assert large.ended(run, 90)["counts"]["added"] == 200
