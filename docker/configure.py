"""Writes the portal's ckan.ini from docker/ckan.ini: for the bare processes, for tests, and in the containers.

    python docker/configure.py TARGET

takes the values from the environment: OSAKADX_SITE_URL, OSAKADX_DATABASE_URL, … (the names in VALUES, upper-cased).
Secrets that are not given are made once and kept beside TARGET in a file only its owner can read.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

TEMPLATE = Path(__file__).with_name("ckan.ini")
SECRETS = ("secret_key", "jwt")
VALUES = (
    "site_url", "database_url", "datastore_write_url", "datastore_read_url", "redis_url", "redis_host", "redis_port",
    "solr_url", "storage_path", "webassets_path", "secure_cookies", "secret_key", "jwt", "extra",
)  # fmt: skip
DATABASES = ("database_url", "datastore_write_url", "datastore_read_url")
# Where a firewall or a machine between the portal and PostgreSQL goes without a word, the kernel waits a quarter of an
# hour for an answer, and two hours where nothing was asked. In libpq's units: seconds, and milliseconds for the last.
LIMITS = {"keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3", "tcp_user_timeout": "30000"}


def with_limits(url: str) -> str:
    """The address of a database with the limits after which a connection counts as dead; given ones stay.

    Args:
        url: as libpq and SQLAlchemy read it.
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode({**LIMITS, **dict(parse_qsl(parts.query))}, safe="/")))


def write_ini(target: Path, values: Mapping[str, str]) -> None:
    """Fill the template and put it in place in one step.

    Args:
        target: the ini file to write (mode 0600: it holds passwords).
        values: one text for each name in VALUES; ``extra`` holds further ini lines.

    Raises:
        KeyError: a value is missing.
    """
    limited = {**values, **{name: with_limits(values[name]) for name in DATABASES}}
    filled = {key: value if key == "extra" else value.replace("%", "%%") for key, value in limited.items()}
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(filled)
    part = target.with_name(target.name + ".part")
    part.touch(mode=0o600)
    part.write_text(text, encoding="utf-8")
    part.replace(target)


def from_environment(folder: Path) -> dict[str, str]:
    """Values named OSAKADX_… in the environment, and secrets kept in ``folder``."""
    given = {name: os.environ.get(f"OSAKADX_{name.upper()}", "") for name in VALUES}
    kept = folder / "portal-secrets.json"
    known = json.loads(kept.read_text()) if kept.exists() else {}
    for name in SECRETS:
        given[name] = given[name] or known.setdefault(name, secrets.token_urlsafe(32))
    kept.touch(mode=0o600)
    kept.write_text(json.dumps(known))
    given["secure_cookies"] = given["secure_cookies"] or "true"
    missing = [f"OSAKADX_{name.upper()}" for name in VALUES if not given[name] and name != "extra"]
    if missing:
        sys.exit(f"✗ 設定がありません: {', '.join(missing)}\n  → docker/README.md の表を見て .env に書いてください。")
    return given


if __name__ == "__main__":
    ini = Path(sys.argv[1])
    write_ini(ini, from_environment(ini.parent))
