"""What the security plugin promises, on the running portal."""

from __future__ import annotations

import smtplib
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from tests.portal import Ports


@pytest.fixture
def signed_in(flask_app: Any, stack: Any) -> Any:
    """A browser signed in as the sysadmin, and the token of its forms."""
    browser = flask_app.test_client()
    token = _token(browser.get("/user/login").text)
    answer = browser.post(
        "/user/login", data={"login": "admin", "password": stack.secrets["admin"], "_csrf_token": token}
    )
    assert answer.status_code == 302
    return browser


def _token(page: str) -> str:
    return page.split('name="_csrf_token"', 1)[1].split('"', 2)[1]


@pytest.mark.parametrize("address", ["/organization/new", "/group/new", "/dataset/new", "/user/edit/admin"])
def test_an_anonymous_request_does_not_switch_protection_off_for_others(
    flask_app: Any, signed_in: Any, address: str
) -> None:
    form = {"name": "csrf-probe", "title": "probe", "save": "save"}
    first = signed_in.post(address, data=form)
    anonymous = flask_app.test_client().post(address, data=form)
    third = signed_in.post(address, data=form)

    assert first.status_code == 400
    assert anonymous.status_code >= 400 or anonymous.status_code == 302
    assert third.status_code == 400
    assert "CSRF" in third.text


def test_an_api_token_needs_no_form_token(flask_app: Any, site: Any, context: Any) -> None:
    from ckan.plugins import toolkit as tk

    token = tk.get_action("api_token_create")(
        context(), {"user": "admin", "name": "probe", "expires_in": 1, "unit": 3600}
    )["token"]
    answer = flask_app.test_client().post(
        "/api/3/action/group_list", headers={"Authorization": token}, json={"limit": 1}
    )
    assert answer.status_code == 200


def test_a_session_is_not_accepted_by_the_api(signed_in: Any) -> None:
    answer = signed_in.post("/api/3/action/organization_create", json={"name": "csrf-probe"})
    assert answer.status_code in (400, 403)


@pytest.mark.parametrize(
    "path", ["/api/3/action/package_search?rows=1", "/feeds/dataset.atom", "/catalog.ttl", "/api/3/action/nothing"]
)
def test_pages_of_others_may_read_what_is_open(client: Any, path: str) -> None:
    answer = client.get(path, headers={"Origin": "https://app.example.jp"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/user/login", "/dataset/new"])
def test_pages_for_people_are_not_read_by_other_sites(client: Any, path: str) -> None:
    answer = client.get(path, headers={"Origin": "https://app.example.jp"})
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/testing/primer", "/testing/custom_form_fields"])
def test_pages_of_ckans_developers_are_not_there(client: Any, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_answer_carries_the_policy(client: Any) -> None:
    for address in ("/", "/dataset/", "/api/3/action/status_show", "/nowhere"):
        headers = client.get(address).headers
        assert "script-src 'self'; style-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.fixture
def self_signed_server(tmp_path: Path) -> Iterator[Controller]:
    """A real SMTP server on loopback with STARTTLS and a certificate nobody vouches for."""
    certificate, key = _self_signed(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    server = Controller(Sink(), hostname="127.0.0.1", port=0, tls_context=tls)
    server.port = Ports.free().mail
    server.start()
    yield server
    server.stop()


def _self_signed(folder: Path) -> tuple[str, str]:
    certificate, key = str(folder / "cert.pem"), str(folder / "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-subj", "/CN=127.0.0.1", "-days", "1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


def test_mail_is_not_sent_through_a_server_with_a_bad_certificate(
    site: Any, self_signed_server: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan.common import config
    from ckan.lib import mailer

    monkeypatch.setitem(config, "smtp.server", f"127.0.0.1:{self_signed_server.port}")
    monkeypatch.setitem(config, "smtp.starttls", True)
    monkeypatch.setitem(config, "smtp.mail_from", "catalog@example.lg.jp")
    with pytest.raises(mailer.MailerException, match="証明書"):
        mailer.mail_recipient("職員", "officer@example.lg.jp", "件名", "本文")


def test_stock_smtplib_would_have_accepted_that_certificate(self_signed_server: Controller) -> None:
    with smtplib.SMTP("127.0.0.1", self_signed_server.port) as connection:
        connection.starttls()
        assert connection.noop()[0] == 250
