"""What can go wrong between us and a server, in words for the people who published the address.

Both ways out (`transport` for one file, `linkcheck` for thousands of links) say the same of the same failure.
"""

from __future__ import annotations

import ssl

from osakadx.errors import FetchError

# X509_V_ERR_* of OpenSSL: what people can do about it differs.
_CERTIFICATE = {
    10: ("certificate-expired", "証明書の期限が切れています", "証明書を更新してください。"),
    18: ("certificate-self-signed", "証明書が自己署名です", "公に信頼された認証局の証明書に入れ替えてください。"),
    19: ("certificate-self-signed", "証明書が自己署名です", "公に信頼された認証局の証明書に入れ替えてください。"),
    20: ("certificate-chain", "中間証明書が足りません", "中間証明書もサーバーに設定してください。"),
    62: ("certificate-name", "証明書が別のホスト名のものです", "このホスト名の証明書に入れ替えてください。"),
}
_OPEN_IT = "ブラウザーで開けるかを確かめ、開けないときはアドレスを直してください。"


def certificate_refused(error: ssl.SSLCertVerificationError, where: str) -> FetchError:
    """The error of a certificate that proves nothing."""
    what = f"証明書を確認できません({error.verify_message})"
    slug, what, fix = _CERTIFICATE.get(
        error.verify_code, ("certificate-refused", what, "有効な証明書に入れ替えてください。")
    )
    return FetchError(f"{what}。", where=where, fix=fix, slug=slug)


def tls_failed(where: str) -> FetchError:
    """The error of a server without TLS that we speak."""
    return FetchError(
        "暗号化した接続(TLS)ができません。", where=where, fix="TLS 1.2以上に対応してください。", slug="tls-failed"
    )


def name_not_found(host: str, where: str) -> FetchError:
    """The error of a host that the name server does not know."""
    return FetchError(
        f"ホスト名「{host}」が見つかりません。",
        where=where, fix="アドレスのつづりを確かめてください。", slug="name-not-found", transient=True,
    )  # fmt: skip


def connection_failed(where: str) -> FetchError:
    """The error of a server that is not there, or answers with something else than HTTP."""
    return FetchError(
        "接続できないか、応答が壊れています。",
        where=where,
        fix="アドレスが正しいか、相手のサーバーが動いているかを確かめて、もう一度実行してください。",
        slug="connection-failed",
        transient=True,
    )


def empty(what: str, where: str) -> FetchError:
    """The error of an answer of success without a body.

    Args:
        what: what should be there (一覧, カタログ).
    """
    return FetchError(
        f"{what}の中身が空でした。", where=where,
        fix=f"アドレスをブラウザーで開き、{what}が出るか確かめてください。", slug="empty-answer", transient=True,
    )  # fmt: skip


def unusable(status: int, where: str) -> FetchError:
    """What a status that is no success means for the people who published the address."""
    if status in (204, 205):
        return FetchError(
            f"中身のない応答でした({status})。",
            where=where, fix=_OPEN_IT, slug="empty-answer", transient=True, status=status,
        )  # fmt: skip
    if status in (404, 410):
        return FetchError(
            f"このアドレスには何もありません({status})。",
            where=where, fix="アドレスを直してください。なくなったものは、一覧や収集元から外してください。",
            slug="not-found", status=status,
        )  # fmt: skip
    if status in (401, 403):
        return FetchError(
            f"閲覧が許可されていません({status})。",
            where=where, fix="誰でも取得できるように公開してください。", slug="forbidden", status=status,
        )  # fmt: skip
    said = f"取得できない応答でした({status})。"
    return FetchError(said, where=where, fix=_OPEN_IT, slug="http-error", status=status)


def busy(status: int, where: str) -> FetchError:
    """The error of a server that cannot answer just now."""
    return FetchError(
        f"相手のサーバーが応答できない状態です({status})。",
        where=where, fix="時間を置いて自動でやり直します。", slug="server-busy", transient=True, status=status,
    )  # fmt: skip


def robots_disallowed(where: str) -> FetchError:
    """The error of an address that its site does not let programs fetch."""
    return FetchError(
        "公開元の robots.txt が、プログラムによる取得を断っています。",
        where=where,
        fix="公開元に許可を求めるか、自団体のサイトなら設定の respect_robots を false にしてください。",
        slug="robots-disallowed",
    )


def resting(host: str, seconds: float) -> FetchError:
    """The error of a host that is left alone for a while."""
    return FetchError(
        f"{host}には、いま問い合わせを控えています(あと約{max(1, round(seconds / 60))}分)。",
        where=host, fix="時間を置いて自動で再開します。", slug="host-resting", transient=True,
    )  # fmt: skip
