"""Security headers of every answer: what a browser may load, from where, and who may frame it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, abort, request

# Neither scripts nor styles may stand in the page, only in files of ours; a script may still set a style by the CSSOM.
POLICY: Mapping[str, str] = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}

# What pages of others may read: the API, the catalog's RDF, feeds and files. Blueprints, and single endpoints.
READABLE = frozenset(
    {
        "api",
        "dcat",
        "feeds",
        "datastore.dump",
        "osakadx_intake.download",
        "dataset_resource.download",
        "resource.download",
    }
)
# Pages of CKAN's own developers.
NOT_FOR_VISITORS = frozenset({"util.primer", "util.custom_form_fields"})


def policy(changes: str = "") -> str:
    """The Content-Security-Policy, with directives an operator changed.

    Args:
        changes: directives in the header's own syntax, such as ``img-src 'self' https://cyberjapandata.gsi.go.jp``;
            each replaces ours of the same name.
    """
    directives = dict(POLICY)
    for directive in changes.split(";"):
        name, _, value = directive.strip().partition(" ")
        if name:
            directives[name] = value.strip()
    return "; ".join(f"{name} {value}".strip() for name, value in directives.items())


def fixed(https: bool) -> dict[str, str]:
    """The headers that do not depend on an option."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Frame-Options": "SAMEORIGIN",
    }
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def install(app: Flask, *, https: bool, changes: str, cross_origin: bool = True) -> None:
    """Put the headers on every answer of this application; what a view set itself stays.

    Args:
        cross_origin: whether scripts of any page may read what is open here. They read as anybody: ``*`` lets no
            browser send a cookie along, and without a preflight's answer none can send a token or write.
    """
    headers = {"Content-Security-Policy": policy(changes), **fixed(https)}

    @app.before_request
    def leave_out() -> None:
        if request.endpoint in NOT_FOR_VISITORS:
            abort(404)

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if cross_origin and request.method in ("GET", "HEAD") and {request.blueprint, request.endpoint} & READABLE:
            response.headers.setdefault("Access-Control-Allow-Origin", "*")
        return response
