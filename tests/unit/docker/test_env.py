"""What an operator starts with: docker/.env, every secret filled in."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

DOCKER = Path(__file__).resolve().parents[3] / "docker"


def written(*words: str) -> dict[str, str]:
    done = subprocess.run(["sh", DOCKER / "env.sh", *words], capture_output=True, text=True, check=True)
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if not line.startswith("#"))


def test_every_value_that_the_composition_demands_is_filled_in_and_random() -> None:
    demanded = set(re.findall(r"\$\{(\w+):\?", (DOCKER / "compose.yaml").read_text(encoding="utf-8")))
    first, second = written("data.example.lg.jp"), written("data.example.lg.jp")
    assert first["OSAKADX_DOMAIN"] == "data.example.lg.jp"
    secrets = demanded - {"OSAKADX_DOMAIN"}
    assert len(secrets) == 7
    assert all(re.fullmatch("[A-Za-z0-9]{43}", first[name]) for name in secrets)
    assert len({first[name] for name in secrets} | {second[name] for name in secrets}) == 2 * len(secrets)
    assert first["CKAN_SMTP_SERVER"] == ""


def test_without_a_domain_it_says_how_it_is_used() -> None:
    done = subprocess.run(["sh", DOCKER / "env.sh"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "") and "ドメイン名" in done.stderr
