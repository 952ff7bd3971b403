"""Links that work without signing in."""

import pytest
from osakadx.mails import signature

HANDLE = signature.new_handle()
TOKEN = signature.token("secret", "stop", HANDLE, "hf")


def test_what_was_signed_is_read():
    assert signature.read("secret", "stop", TOKEN) == (HANDLE, "hf")


def test_every_handle_is_another_and_of_one_form():
    handles = {signature.new_handle() for _ in range(500)}
    assert len(handles) == 500
    assert all(signature.read("s", "p", signature.token("s", "p", each, "")) == (each, "") for each in handles)


@pytest.mark.parametrize(
    "secret, purpose, token",
    [
        ("another", "stop", TOKEN),
        ("secret", "confirm", TOKEN),
        ("secret", "stop", TOKEN.replace(".hf.", ".hd.")),
        ("secret", "stop", signature.new_handle() + TOKEN[16:]),
        ("secret", "stop", TOKEN[:-1]),
        ("secret", "stop", TOKEN + "\n"),
        ("secret", "stop", ""),
    ],
    ids=["other secret", "other purpose", "other kinds", "other person", "cut off", "line end", "empty"],
)
def test_what_was_not_signed_here_for_this_is_refused(secret, purpose, token):
    assert signature.read(secret, purpose, token) is None
