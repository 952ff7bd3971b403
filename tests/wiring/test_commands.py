"""Every command of ours is in the README, and the reverse."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


def groups() -> list[click.Group]:
    from ckanext.osakadx import cli, queue
    from ckanext.osakadx.harvest import cli as harvest
    from ckanext.osakadx.intake import cli as intake
    from ckanext.osakadx.mails import cli as mails
    from ckanext.osakadx.quality import cli as quality

    return [cli.osakadx, queue.command, harvest.command, intake.command, mails.command, quality.command]


@pytest.mark.parametrize("group", groups(), ids=lambda group: group.name)
def test_every_command_is_in_the_readme_and_the_reverse(group: click.Group) -> None:
    lines = [line.split(" | ")[0] for line in README.splitlines() if line.startswith(f"| `ckan {group.name} ")]
    written = {word for line in lines for word in re.findall(r"`(?:ckan [\w-]+ )?([a-z]+)[^`]*`", line)}
    assert written == set(group.commands)
