"""Headers of answers and pages left out, on a bare Flask application."""

from __future__ import annotations

from typing import Any

import pytest
from ckanext.osakadx.security import headers
from flask import Blueprint, Flask


def client(**options: Any) -> Any:
    app = Flask(__name__)
    for name, endpoint in [("api", "action"), ("datastore", "dump"), ("datastore", "dictionary"), ("util", "primer")]:
        blueprint = app.blueprints.get(name) or Blueprint(name, __name__)
        if endpoint == "dictionary":
            app.add_url_rule("/dictionary", "datastore.dictionary", lambda: "page")
            continue
        blueprint.add_url_rule(f"/{endpoint}", endpoint, lambda: "x", methods=["GET", "POST"])
        app.register_blueprint(blueprint)
    headers.install(app, https=True, changes="", **options)
    return app.test_client()


ELSEWHERE = {"Origin": "https://app.example.jp"}


@pytest.mark.parametrize("path", ["/action", "/dump"])
def test_a_script_of_another_site_reads_what_is_open_and_nothing_as_somebody(path: str) -> None:
    answer = client().get(path, headers=ELSEWHERE)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Access-Control-Allow-Origin" in client().get(path).headers  # caches ask without an origin


@pytest.mark.parametrize(("method", "path"), [("post", "/action"), ("options", "/action"), ("get", "/dictionary")])
def test_nothing_else_is_open_to_other_sites(method: str, path: str) -> None:
    answer = getattr(client(), method)(path, headers=ELSEWHERE | {"Access-Control-Request-Method": "POST"})
    assert answer.status_code == 200
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_an_operator_may_close_it() -> None:
    assert "Access-Control-Allow-Origin" not in client(cross_origin=False).get("/action").headers


def test_pages_of_ckans_developers_are_not_there() -> None:
    assert client().get("/primer").status_code == 404
