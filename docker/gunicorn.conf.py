"""How the web server reads requests, wherever it runs: addresses as people type and paste them.

An address with Japanese in it (``?q=避難所``) has to arrive percent-encoded (RFC 9112 3.2); browsers do that, ``curl``
and many scripts don't. gunicorn refuses such a request line since 27.0; here it is encoded first.
"""

from __future__ import annotations

import re

from gunicorn.http.message import Request

http_parser = "python"  # the other one reads the request line out of our sight

_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_strict = Request.parse_request_line


def encoded(line: bytes) -> bytes:
    """A request line with every byte of its target that is not ASCII percent-encoded; method and version stay."""
    method, space, rest = line.partition(b" ")
    target, last, version = rest.rpartition(b" ")
    return method + space + _NOT_ASCII.sub(lambda found: b"%%%02X" % found.group()[0], target) + last + version


def _parse_request_line(self: Request, line_bytes: bytes) -> None:
    _strict(self, encoded(line_bytes))


Request.parse_request_line = _parse_request_line
