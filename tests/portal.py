"""A real portal for tests: its own PostgreSQL, Redis and Solr on free ports, below a temporary folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
for folder in (PROJECT / "docker", PROJECT / "docker" / "bare"):
    sys.path.insert(0, str(folder))

import demo  # noqa: E402
from stack import BIN, Ports, Stack, wait_until  # noqa: E402, F401


@contextmanager
def services(root: Path, *, sites: bool = False) -> Iterator[Stack]:
    """Start the services, set the site up, and stop everything at the end."""
    stack = Stack(root, Ports.free())
    stack.prepare()
    demo.configure(stack, demo=sites, mailbox=False)
    try:
        stack.start([*stack.services(), *([stack.sites()] if sites else [])])
        stack.wait_for_services()
        stack.create_databases()
        ckan(stack, "osakadx", "setup")
        yield stack
    finally:
        stack.stop()


def ckan(stack: Stack, *words: str, check: bool = True) -> str:
    """Run CKAN's command line on that site and return what it printed."""
    environment = {
        **os.environ,
        "LC_ALL": "C.UTF-8",
        "OSAKADX_ADMIN_PASSWORD": stack.secrets["admin"],
        "OSAKADX_DATASTORE_OWNER_URL": stack.database_url("datastore", "postgres"),
    }
    done = subprocess.run(
        [BIN / "ckan", "-c", stack.ini, *words], env=environment, capture_output=True, text=True, check=False
    )
    assert not (check and done.returncode), f"ckan {' '.join(words)}: {done.stdout}\n{done.stderr[-3000:]}"
    return done.stdout
