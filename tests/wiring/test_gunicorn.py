"""The web server's own parser with our settings: what people type is read, what is malformed stays refused."""

import importlib.util
from pathlib import Path
from urllib.parse import unquote

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import InvalidRequestLine
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser

SETTINGS = Path(__file__).resolve().parents[2] / "docker" / "gunicorn.conf.py"


@pytest.fixture(scope="module")
def config():
    strict = Request.parse_request_line
    spec = importlib.util.spec_from_file_location("gunicorn_settings", SETTINGS)
    settings = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(settings)
    made = Config()
    made.set("http_parser", settings.http_parser)
    yield made
    Request.parse_request_line = strict


def asked(config, line):
    return next(iter(RequestParser(config, iter([line + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"]), ("127.0.0.1", 1))))


def test_japanese_in_an_address_is_read(config):
    request = asked(config, "GET /api/3/action/package_search?q=避難所".encode())
    assert (request.path, unquote(request.query)) == ("/api/3/action/package_search", "q=避難所")


def test_what_is_encoded_stays_as_it_is(config):
    assert asked(config, b"GET /dataset/?q=%E9%81%BF").query == "q=%E9%81%BF"


@pytest.mark.parametrize("line", [b"GET /a\x00b", b"GET /a\x7fb", b"GET /a\tb", b"GET", "避 /".encode()])
def test_control_characters_and_strange_methods_stay_refused(config, line):
    with pytest.raises(Exception) as error:
        asked(config, line)
    assert isinstance(error.value, InvalidRequestLine) or "Method" in type(error.value).__name__
