"""Pages that come in place of a file: somebody's login, a firewall's refusal, or just a page about the file."""

from __future__ import annotations

from collections.abc import Mapping

from osakadx.errors import FetchError
from osakadx.linkcheck.rules import Kind, Rules, Sign
from osakadx.tables.signature import is_page


def stand_in(
    rules: Rules, url: str, host: str, headers: Mapping[str, str], head: bytes, *, page_declared: bool
) -> FetchError | None:
    """Return what an answer is in place of the file; None where nothing speaks against its being the file.

    Args:
        url, host: of the address that answered in the end.
        headers: names in lower case.
        head: first bytes of the body, unpacked.
        page_declared: the catalog says itself that it is a web page.
    """
    if sign := _by_headers(rules, headers):
        return error_of(sign.kind, url, sign.name)
    if any(host == name or host.endswith(f".{name}") for name in rules.login_hosts):
        return error_of("login", url, host)
    if not is_page(head):
        return None
    if sign := _by_text(rules, head, ("waf",) if page_declared else ("waf", "login")):
        return error_of(sign.kind, url, sign.name)
    if page_declared:
        return None
    return a_page(url)


def a_page(url: str) -> FetchError:
    """The error of a page that is nothing but a page."""
    return FetchError(
        "ファイルではなく、ウェブページ(HTML)です。",
        where=url, fix="ページではなく、ファイルそのもののアドレスを登録してください。", slug="is-web-page",
    )  # fmt: skip


def blocked(rules: Rules, url: str, headers: Mapping[str, str], head: bytes) -> FetchError | None:
    """Return the firewall that an answer with an error status comes from; None where it is the server's own."""
    sign = _by_headers(rules, headers) or (_by_text(rules, head, ("waf",)) if is_page(head) else None)
    return error_of("waf", url, sign.name) if sign else None


def error_of(kind: Kind, url: str, name: str) -> FetchError:
    """The error of a page of a kind."""
    if kind == "login":
        return FetchError(
            f"ファイルではなく、ログインの画面です({name})。",
            where=url, fix="ログインせずに、だれでも取得できる場所に置いてください。", slug="login-page",
        )  # fmt: skip
    return FetchError(
        f"公開元の防御の仕組み({name})が、プログラムによる取得を遮っています。",
        where=url, fix="公開しているファイルを、プログラムからも取得できるように設定してください。", slug="waf-page",
    )  # fmt: skip


def _by_headers(rules: Rules, headers: Mapping[str, str]) -> Sign | None:
    return next(
        (
            sign
            for sign in rules.signs
            if any(pattern.search(headers.get(name, "")) for name, pattern in sign.headers.items())
        ),
        None,
    )


def _by_text(rules: Rules, head: bytes, kinds: tuple[Kind, ...]) -> Sign | None:
    # Signs are ASCII, and every encoding that pages come in keeps ASCII as it is (UTF-16 but for its zeros).
    page = head.replace(b"\0", b"").decode("latin-1")
    return next(
        (
            sign
            for sign in rules.signs
            if sign.kind in kinds and sign.text and all(pattern.search(page) for pattern in sign.text)
        ),
        None,
    )
