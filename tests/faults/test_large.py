"""Records beyond all measure, full disks, and a backup from yesterday."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.portal import Stack
from tests.unit.loopback import answer, serve

from .portal import WORKERS, Portal
from .source import package

MIB = 1 << 20


@pytest.mark.parametrize("what", ["resources", "notes", "tags"])
def test_f23_a_record_beyond_all_measure_is_taken_or_refused_with_a_reason(portal: Portal, what: str) -> None:
    source = portal.source(f"f23-{what}", 3)
    huge = next(iter(source.catalog.packages.values()))
    if what == "resources":
        one = huge["resources"][0]
        huge["resources"] = [
            {**one, "id": f"f23-{number}", "name": f"{number}", "url": f"https://data.example.jp/f23/{number}.csv"}
            for number in range(8000)
        ]
    elif what == "notes":
        huge["notes"] = "長い説明です。" * (10 * MIB // 21)
    else:
        huge["tags"] = [{"name": f"語{number}", "display_name": f"語{number}"} for number in range(5000)]
    run = source.run(150)
    assert run["state"] == "finished"
    assert run["counts"]["added"] + run["counts"]["refused"] == 3 and run["counts"]["added"] >= 2
    if run["counts"]["refused"]:
        source.owed -= {huge["id"]}
        told = portal.rows(
            "SELECT notices FROM osakadx_harvest_entry WHERE run_id = %s AND result = 'refused'", run["id"]
        )
        assert told[0]["notices"]
    scored = "SELECT count(*) FROM osakadx_quality_score WHERE package_id = ANY(%s)"
    written = list(source.items().values())
    portal.wait(lambda: portal.value(scored, written) == len(written), 30, "scores are missing")
    assert peak(portal) < 700


def peak(portal: Portal) -> int:
    """The most memory a worker has had, in MiB."""
    found = 0
    for name in WORKERS:
        status = Path(f"/proc/{portal.pid(name)}/status").read_text()
        found = max(found, int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1024)  # type: ignore[index]
    return found


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", tmp_path], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


def test_f31_a_full_disk_leaves_no_half_file_and_the_old_one_stays(small_disk: Path) -> None:
    from osakadx.addresses import AddressPolicy
    from osakadx.fetch import Fetcher

    there = small_disk / "file.csv"
    there.write_bytes(b"old")
    with serve({"/file.csv": answer(os.urandom(MIB))}) as site, pytest.raises(OSError, match="No space left"):
        Fetcher(AddressPolicy(allow_hosts=frozenset({site.key}))).download(f"{site.url}/file.csv", there)
    assert [path.name for path in small_disk.iterdir()] == ["file.csv"]
    assert there.read_bytes() == b"old"


def test_f41_after_yesterday_s_backup_a_harvest_brings_everything_back(portal: Portal) -> None:
    source = portal.source("f41", 30)
    source.run()
    portal.settle()
    before = dict(source.items())
    all_off(portal)
    dump = portal.stack.root / "yesterday.dump"
    database(portal.stack, "pg_dump", "-Fc", "-f", str(dump))
    all_on(portal)
    source.catalog.change(range(10))
    for number in range(30, 40):
        new = package("f41", number)
        source.catalog.packages[new["id"]] = new
    source.run()
    later = set(source.items().values()) - set(before.values())
    assert len(later) == 10
    portal.settle()
    all_off(portal)
    database(portal.stack, "pg_restore", "--clean", "--if-exists", "--single-transaction", str(dump))
    dump.unlink()
    restarted(portal)
    assert source.items() == before
    all_on(portal)

    # What came after the backup is in the index still, and in no database.
    found = json.dumps({"delete": {"query": "id:(" + " OR ".join(f'"{each}"' for each in sorted(later)) + ")"}})
    portal.solr("update", found.encode())
    run = source.run()
    assert (run["counts"]["added"], run["counts"]["updated"], run["counts"]["absent"]) == (10, 10, 0)
    assert before.items() <= source.items().items()
    with portal.inside():
        from ckan import model
        from ckanext.osakadx import outbox

        outbox.enqueue(list(before.values()))
        model.Session.commit()


def restarted(portal: Portal) -> None:
    """End every session of before and begin new ones here, as a portal does that is started again."""
    portal.stack.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ckan'", "postgres")
    with portal.inside():
        from ckan import model
        from ckanext.osakadx import queue

        queue._client().close()
        queue._client.cache_clear()
        model.meta.engine.dispose()


def all_off(portal: Portal) -> None:
    for name in (*WORKERS, "scheduler"):
        portal.off(name)


def all_on(portal: Portal) -> None:
    for name in (*WORKERS, "scheduler"):
        portal.on(name)


def database(stack: Stack, program: str, *words: str) -> None:
    """Run one of PostgreSQL's own programs on the portal's database."""
    found = shutil.which(program)
    assert found, f"{program} is not installed"
    subprocess.run([found, "-d", stack.database_url(), *words], check=True, capture_output=True, text=True)
