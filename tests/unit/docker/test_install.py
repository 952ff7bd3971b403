"""The installer stops before it installs anything, in words of the person at the keyboard."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

BARE = Path(__file__).resolve().parents[3] / "docker" / "bare"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty project with the installer, on a machine whose package manager would give itself away."""
    (tmp_path / "docker" / "bare").mkdir(parents=True)
    shutil.copy(BARE / "install.sh", tmp_path / "docker" / "bare")
    for name in ("apt-get", "dpkg-query", "sudo"):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text('#!/bin/sh\necho "$0 $*" >> "$TOUCHED"\nexit 1\n')
        tool.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("python", ["/nonexistent", "no-such-python"])
def test_a_python_that_is_not_there_is_said_before_anything_is_touched(project: Path, python: str) -> None:
    touched = project / "touched"
    path = f"{project / 'bin'}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", str(project / "docker" / "bare" / "install.sh"), "portal"],
        env={"PATH": path, "PYTHON": python, "TOUCHED": str(touched)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and done.stdout == ""
    assert f"✗ 指定された PYTHON={python} は、この機械にありません。" in done.stderr
    assert "→ PYTHON を付けずに実行するか" in done.stderr
    assert not touched.exists()
