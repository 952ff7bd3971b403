"""Accounts from the shell, as an operator gives them to officers."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.portal import Stack
from tests.portal import ckan as command


def member(name: str) -> list[tuple[str, str]]:
    """(organization, role) of a user."""
    import sqlalchemy as sa
    from ckan import model

    model.Session.remove()
    query = (
        sa.select(model.Group.name, model.Member.capacity)
        .join(model.Member, model.Member.group_id == model.Group.id)
        .where(model.Member.table_id == model.User.by_name(name).id, model.Member.state == "active")
    )
    return [tuple(row) for row in model.Session.execute(query)]


def test_an_officer_gets_an_account_once_and_a_role_that_can_change(stack: Stack, context: Any) -> None:
    from ckan import model

    name = f"officer-{uuid4().hex[:6]}"
    words = ["osakadx", "officer", name, f"{name}@city.example.lg.jp", "271004"]
    assert f"利用者 {name} を作りました。大阪市の編集者です" in command(stack, *words)
    assert member(name) == [("271004", "editor")]
    password = model.User.by_name(name).password
    again = f"利用者 {name} は前からあります(メールアドレスは変えていません)。大阪市の管理者です"
    assert again in command(stack, *words, "--role", "admin")
    assert again in command(stack, *words)  # nobody said that the role changes
    assert member(name) == [("271004", "admin")] and model.User.by_name(name).password == password


@pytest.mark.parametrize("mail, organization", [("officer@example.jp", "999999"), ("だれか", "271004")])
def test_a_mistake_makes_nobody(stack: Stack, context: Any, mail: str, organization: str) -> None:
    from ckan import model

    name = f"officer-{uuid4().hex[:6]}"
    command(stack, "osakadx", "officer", name, mail, organization, check=False)
    model.Session.remove()
    assert model.User.by_name(name) is None
