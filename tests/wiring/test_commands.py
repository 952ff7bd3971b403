"""Every command of ours is in the README."""

from __future__ import annotations

from pathlib import Path

import pytest

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["osakadx", "osakadx-queue", "osakadx-harvest"])
def test_every_command_is_in_the_readme(name: str) -> None:
    from ckanext.osakadx import cli, queue
    from ckanext.osakadx.harvest import cli as harvest

    group = {"osakadx": cli.osakadx, "osakadx-queue": queue.command, "osakadx-harvest": harvest.command}[name]
    line = [line for line in README.splitlines() if f"`ckan {name} " in line]
    assert [command for command in group.commands if not any(command in written for written in line)] == []
