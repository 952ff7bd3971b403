"""The portal's ckan.ini as docker/configure.py writes it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "docker" / "configure.py"
SPEC = importlib.util.spec_from_file_location("configure", SCRIPT)
assert SPEC and SPEC.loader
CONFIGURE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(CONFIGURE)
LIMITS = "keepalives_idle=30&keepalives_interval=10&keepalives_count=3&tcp_user_timeout=30000"


@pytest.mark.parametrize(
    "given, found",
    [
        ("postgresql://ckan:p%40ss@db:5432/ckan", f"postgresql://ckan:p%40ss@db:5432/ckan?{LIMITS}"),
        (
            "postgresql://ckan@db/ckan?sslmode=require&keepalives_idle=60",
            "postgresql://ckan@db/ckan?" + LIMITS.replace("idle=30", "idle=60") + "&sslmode=require",
        ),
        ("postgresql://ckan@/ckan?host=/run/postgresql", f"postgresql://ckan@/ckan?{LIMITS}&host=/run/postgresql"),
    ],
)
def test_connections_that_die_without_a_word_are_noticed(given: str, found: str) -> None:
    assert CONFIGURE.with_limits(given) == found


def test_every_database_has_the_limits(tmp_path: Path) -> None:
    url = "postgresql://ckan:p%40ss@db/ckan"
    values = dict.fromkeys(CONFIGURE.VALUES, "x%y") | dict.fromkeys(CONFIGURE.DATABASES, url) | {"extra": ""}
    CONFIGURE.write_ini(tmp_path / "ckan.ini", values)
    lines = (tmp_path / "ckan.ini").read_text(encoding="utf-8").splitlines()
    for option in ("sqlalchemy.url", "ckan.datastore.write_url", "ckan.datastore.read_url"):
        assert f"{option} = postgresql://ckan:p%%40ss@db/ckan?{LIMITS}" in lines
    assert (tmp_path / "ckan.ini").stat().st_mode & 0o777 == 0o600
