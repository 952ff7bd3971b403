from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from osakadx import nursery

HERE = str(Path(__file__).parent)


@pytest.fixture(autouse=True)
def _work(monkeypatch, tmp_path):
    """Nurseries that can load the tests' own module, which `-I` keeps from the path."""
    script = tmp_path / "python"
    script.write_text(f'#!/bin/sh\nshift; exec {nursery.python()} -c "import sys; sys.path.insert(0, \'{HERE}\');'
                      ' import osakadx.nursery; osakadx.nursery._nurse()"\n')  # fmt: skip
    script.chmod(0o755)
    nursery.close()
    monkeypatch.setattr(nursery, "python", lambda: str(script))
    yield
    nursery.close()


def run(folder, work, seconds=20.0, **request):
    folder.mkdir(exist_ok=True)
    return nursery.run(f"nursery_work:{work}", {"folder": str(folder), **request}, folder, seconds)


def said(folder):
    return (folder / "said").read_text().split()


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def gone(*pids, seconds=5.0):
    deadline = time.monotonic() + seconds
    while any(is_alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_each_work_has_a_child_of_its_own_from_one_nursery_that_has_loaded_what_it_needs(tmp_path):
    seen = []
    for number in range(3):
        assert run(tmp_path / str(number), "tell", word="字") == (0, "")
        seen.append(said(tmp_path / str(number)))
    children, parents, loaders, ready, words = zip(*seen, strict=True)
    assert len(set(children)) == 3 and len({*parents, *loaders}) == 1 and set(words) == {"字"}
    assert set(ready) == {f"[{parents[0]}]"}
    assert str(os.getpid()) not in parents


def test_a_child_sees_neither_the_nursery_s_pipes_nor_an_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("CKAN_SQLALCHEMY_URL", "secret")
    assert run(tmp_path, "surroundings") == (7, "")
    assert (tmp_path / "said").read_text() in ("['LC_ALL', 'PATH', 'PWD'] 1", "['LC_ALL', 'PATH'] 1")  # 1: the listing
    assert run(tmp_path / "next", "tell")[0] == 0


def test_what_fails_says_so_and_the_nursery_goes_on(tmp_path):
    run(tmp_path / "first", "tell")
    code, errors = run(tmp_path / "failed", "fail")
    assert code == 1 and "ValueError: こわれています" in errors
    assert "no attribute 'unknown'" in run(tmp_path / "unknown", "unknown")[1]
    assert "No module named" in nursery.run("nowhere:nothing", {}, tmp_path, 20, ["nowhere.else"])[1]
    run(tmp_path / "last", "tell")
    assert said(tmp_path / "first")[1] == said(tmp_path / "last")[1]


def test_what_takes_too_long_is_killed_with_all_that_it_started(tmp_path):
    with pytest.raises(TimeoutError):
        run(tmp_path, "hang", seconds=2)
    child, grandchild = said(tmp_path)
    assert gone(child, grandchild)
    assert run(tmp_path / "next", "tell")[0] == 0


def test_a_nursery_that_died_while_it_waited_is_replaced_unnoticed(tmp_path):
    run(tmp_path / "first", "tell")
    os.kill(int(said(tmp_path / "first")[1]), signal.SIGKILL)
    assert run(tmp_path / "second", "tell") == (0, "")
    assert said(tmp_path / "first")[1] != said(tmp_path / "second")[1]


def test_however_many_died_while_they_waited_the_work_is_done(tmp_path):
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: run(tmp_path / str(number), "tell"), range(4)))
    dead = {int(said(tmp_path / str(number))[1]) for number in range(4)}
    for pid in dead:
        os.kill(pid, signal.SIGTERM)
    assert gone(*dead)
    assert run(tmp_path / "after", "tell") == (0, "")


def test_a_process_that_waits_for_no_child_has_nurseries_all_the_same(tmp_path):
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert run(tmp_path, "surroundings")[0] == 7
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_work_that_ends_every_nursery_is_given_up(tmp_path):
    assert run(tmp_path, "kill_the_nursery")[0] == 1


def test_threads_have_a_nursery_each_and_wait_for_nobody(tmp_path):
    with ThreadPoolExecutor(4) as threads:
        numbers = range(24)
        codes = list(threads.map(lambda number: run(tmp_path / str(number), "tell", word=str(number)), numbers))
    assert codes == [(0, "")] * 24
    assert [said(tmp_path / str(number))[4] for number in numbers] == [str(number) for number in numbers]
    assert len({said(tmp_path / str(number))[1] for number in numbers}) <= 4


def test_a_forked_process_has_nurseries_of_its_own_and_takes_none_away(tmp_path):
    run(tmp_path / "before", "tell")
    forked = os.fork()
    if not forked:
        code = 1
        try:
            code = run(tmp_path / "forked", "tell")[0]
        finally:
            nursery.close()
            os._exit(code)
    assert os.waitpid(forked, 0)[1] == 0
    run(tmp_path / "after", "tell")
    before, other, after = (said(tmp_path / name)[1] for name in ("before", "forked", "after"))
    assert before == after != other


@pytest.mark.parametrize("end", ["", "os.kill(os.getpid(), 9)"], ids=["ends", "is killed"])
def test_a_nursery_ends_with_the_process_it_is_of(tmp_path, end):
    program = f"""
import os, sys
from pathlib import Path
from osakadx import nursery
nursery.python = lambda: {nursery.python()!r}
nursery.run("nursery_work:tell", {{"folder": {str(tmp_path)!r}}}, Path({str(tmp_path)!r}), 20)
{end}"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=30)
    assert done.stderr == "" and done.returncode == (-9 if end else 0)
    assert gone(said(tmp_path)[1])
