"""A network of the test's own: a process in fresh network and mount namespaces, which end when it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
OWN = ("--net", "--mount", "--fork", "--kill-child")
WAYS: dict[str, tuple[str, ...]] = {
    "root": ("unshare", *OWN),
    "user": ("unshare", "--user", "--map-root-user", *OWN),  # where an unprivileged user may be root of their own
}
LONGEST = 120  # seconds


class NoNamespaceError(Exception):
    """This machine lets nobody make a network namespace."""


def works(way: Sequence[str]) -> bool:
    """Whether a process gets a network of its own this way."""
    try:
        done = subprocess.run([*way, "ip", "link", "set", "lo", "up"], capture_output=True, timeout=20, check=False)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def choose(works: Callable[[Sequence[str]], bool] = works) -> str:
    """The first way that works: as root, else in a user namespace.

    Raises:
        NoNamespaceError: neither does; says what to do.
    """
    for name, way in WAYS.items():
        if works(way):
            return name
    raise NoNamespaceError(
        "ネットワーク名前空間を作れないため、外向きの通信の試験を実行できません。"
        "root で実行するか、利用者の名前空間を許可し(kernel.unprivileged_userns_clone=1)、iproute2 を入れてください。"
    )


def may_be_skipped() -> bool:
    """Whether missing namespaces are the machine's business: never as root, never in continuous integration."""
    return os.geteuid() != 0 and not os.environ.get("CI")


def run(module: str, *arguments: str, way: str) -> str:
    """Run a module of the tests inside and return what it prints; its namespaces and processes end with it."""
    command = [*WAYS[way], sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=LONGEST, check=False)
    if done.returncode:
        raise RuntimeError(f"{module} ended with {done.returncode}:\n{done.stderr[-4000:]}")
    return done.stdout
