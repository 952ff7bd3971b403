from __future__ import annotations

import os

import pytest

from . import namespace


def test_root_makes_a_namespace_of_the_system() -> None:
    assert namespace.choose(lambda way: True) == "root"


def test_anybody_else_one_of_their_own() -> None:
    assert namespace.choose(lambda way: "--user" in way) == "user"


def test_where_there_is_none_it_says_so_and_what_to_do() -> None:
    with pytest.raises(namespace.NoNamespaceError, match=r"root で実行するか.*iproute2"):
        namespace.choose(lambda way: False)


@pytest.mark.parametrize("user, ci, may", [(0, "", False), (1000, "true", False), (0, "true", False), (1000, "", True)])
def test_only_a_person_without_rights_may_go_on_without(
    monkeypatch: pytest.MonkeyPatch, user: int, ci: str, may: bool
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setenv("CI", ci)
    assert namespace.may_be_skipped() is may


def test_a_failure_inside_is_a_failure_outside(way: str) -> None:
    with pytest.raises(RuntimeError, match="ended with"):
        namespace.run("tests.network.nothing", way=way)
