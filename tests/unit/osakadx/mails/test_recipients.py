"""Who hears of something: the nearest who can be reached."""

import pytest
from osakadx.mails.recipients import Person, address, choose


def person(name, confirmed=True, where=None):
    return Person(f"user:{name}", f"{name}@city.example.lg.jp" if where is None else where, name, confirmed=confirmed)


EDITOR, ADMIN, DESK, ROOT = person("editor"), person("admin"), person("desk"), person("root")


def chosen(*links):
    return [(each.name, each.via) for each in choose(*links)]


def test_the_nearest_link_of_the_chain_is_told():
    links = (("contact", []), ("organization", [EDITOR, ADMIN]), ("prefecture", [DESK]), ("sysadmin", [ROOT]))
    assert chosen(*links) == [("editor", "organization"), ("admin", "organization")]


@pytest.mark.parametrize("unreachable", [person("x", confirmed=False), person("x", where=""), person("x", where="x@y")])
def test_a_link_in_which_nobody_can_be_reached_is_passed_over(unreachable):
    assert chosen(("contact", [unreachable]), ("organization", []), ("prefecture", [DESK])) == [("desk", "prefecture")]


def test_nobody_is_nobody():
    assert choose(("contact", []), ("sysadmin", [])) == ()


def test_a_person_with_two_accounts_gets_one_mail():
    second = Person("user:second", EDITOR.address.upper(), "second", confirmed=True)
    assert chosen(("organization", [EDITOR, second, EDITOR])) == [("editor", "organization")]


@pytest.mark.parametrize(
    "written, read",
    [
        ("it@city.osaka.lg.jp", "it@city.osaka.lg.jp"),
        ("ｉｔ＠city.osaka.lg.jp", "it@city.osaka.lg.jp"),
        ("it(at)city.osaka.lg.jp", "it@city.osaka.lg.jp"),
        ("admin@localhost.localdomain", ""),
        ("someone@portal.invalid", ""),
        ("a@b.example.jp\nBcc: c@d.example.jp", ""),
        ("電話でどうぞ", ""),
        (None, ""),
    ],
)
def test_an_address_is_one_that_mail_can_reach(written, read):
    assert address(written) == read
