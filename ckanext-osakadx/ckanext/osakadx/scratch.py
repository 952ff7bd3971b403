"""Where files lie while they are looked into: below the portal's own storage, whose size an operator has chosen."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from ckan.plugins import toolkit as tk

LEFT_BEHIND = 24 * 3600.0  # seconds after which a folder belongs to nobody: its process was killed


def place() -> Path | None:
    """The folder for temporary files; None, the system's own, where no storage is configured."""
    storage = tk.config.get("ckan.storage_path")
    return Path(storage) / "tmp" if storage else None


@contextmanager
def folder(prefix: str) -> Generator[Path]:
    """A private, empty folder that is gone afterwards."""
    within = place()
    if within is not None:
        within.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=within) as made:
        yield Path(made)


def sweep(now: float | None = None) -> int:
    """Remove what killed processes left behind; returns how many folders that were."""
    within = place()
    if within is None or not within.is_dir():
        return 0
    before = (time.time() if now is None else now) - LEFT_BEHIND
    found = [entry for entry in within.glob("osakadx-*") if entry.stat().st_mtime < before]
    for entry in found:
        shutil.rmtree(entry, ignore_errors=True)
    return len(found)
