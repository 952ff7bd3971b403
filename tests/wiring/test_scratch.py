"""Temporary files lie below the portal's storage, and what a killed process left there goes after a day."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from ckan.common import config
from ckanext.osakadx import scratch
from osakadx.tables.sandbox import sandboxed


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(config, "ckan.storage_path", str(tmp_path))
    monkeypatch.setenv("TMPDIR", "/nonexistent")  # whoever asks the system meets nothing of ours
    return tmp_path


def test_a_file_is_looked_into_below_the_storage(storage: Path) -> None:
    with scratch.folder("osakadx-test-") as folder:
        assert folder.parent == storage / "tmp"
        with sandboxed(b"name,seats\na,1\n", "list.csv", within=folder) as reading:
            assert reading.tables and [path.name for path in folder.iterdir()] != []
        assert list(folder.iterdir()) == []
    assert list((storage / "tmp").iterdir()) == []


def test_what_a_killed_process_left_goes_and_nothing_else(storage: Path) -> None:
    old, new, other = (storage / "tmp" / name for name in ("osakadx-intake-old", "osakadx-intake-new", "somebody"))
    for folder in (old, new, other):
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(b"x")
    two_days_ago = time.time() - 2 * 86400
    for folder in (old, other):
        os.utime(folder, (two_days_ago, two_days_ago))
    assert scratch.sweep() == 1
    assert (old.exists(), new.exists(), other.exists()) == (False, True, True)


def test_without_storage_the_systems_folder_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(config, "ckan.storage_path", None)
    with scratch.folder("osakadx-test-") as folder:
        assert folder.is_dir()
    assert scratch.sweep() == 0
