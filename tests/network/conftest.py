"""What happens inside the namespaces, done once; the tests read the report."""

from __future__ import annotations

import json
from typing import Any

import pytest

from . import namespace
from .attempts import ATTEMPTS

_REPORT = pytest.StashKey[dict[str, Any]]()


@pytest.fixture(scope="session")
def way() -> str:
    """How this machine makes a namespace; the tier ends here where it must not be left out and cannot be run."""
    try:
        return namespace.choose()
    except namespace.NoNamespaceError as error:
        if namespace.may_be_skipped():
            pytest.skip(str(error))
        pytest.exit(str(error), returncode=1)


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, way: str) -> dict[str, Any]:
    """Every attempt, with the policy and without it."""
    found = json.loads(namespace.run("tests.network.inside", str(tmp_path_factory.mktemp("network")), way=way))
    request.config.stash[_REPORT] = {**found, "way": way}
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    found = config.stash.get(_REPORT, None)
    if not found:
        return
    asked = [*found["guarded"], *found["checked"]]
    arrived = sum(len(row["packets"]) for row in asked)
    through = sum(any(packet["syn"] for packet in row["packets"]) for row in found["unguarded"])
    terminalreporter.write_line(
        f"{len(ATTEMPTS)} forms, {len(found['guarded'])} fetches and {len(found['checked'])} link checks:"
        f" {arrived} packets to blocked addresses"
        f" (without the policy {through} forms get through); {found['packets']} packets watched"
        f" in a namespace of {'root' if found['way'] == 'root' else 'a user'} in {found['seconds']} s"
    )
