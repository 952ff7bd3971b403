"""The page's language: names that come in Japanese and English, dates, numbers and sizes as people write them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import ckan.plugins.toolkit as tk
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from ckan.lib import i18n
from osakadx import links
from osakadx.vocab.publisher import publishers
from osakadx.vocab.theme import themes

_JAPAN = ZoneInfo("Asia/Tokyo")
_OWN_NAMES = {"ja": "日本語", "en": "English"}
_UNITS = ("KB", "MB", "GB")


def is_japanese() -> bool:
    """Whether the page is in Japanese."""
    return tk.h.lang() == "ja"


def osakadx_languages() -> list[dict[str, Any]]:
    """List the languages of the site: code, own name, address of this page in it, whether it is shown."""
    shown, here = tk.h.lang(), tk.h.current_url()
    return [
        {
            "code": code,
            "name": _OWN_NAMES.get(code, code),
            "url": tk.h.url_for(here, locale=code),
            "current": code == shown,
        }
        for code in i18n.get_locales()
        if code in tk.config["ckan.locales_offered"]
    ]


def osakadx_site_title() -> str:
    """Name of the site in the page's language."""
    return tk.config["ckan.site_title"] if is_japanese() else tk.config["ckanext.osakadx.theme.title_en"]


def osakadx_site_description() -> str:
    """One line on the site in the page's language."""
    return tk.config["ckan.site_description"] if is_japanese() else tk.config["ckanext.osakadx.theme.description_en"]


def osakadx_name(body: dict[str, Any] | str | None) -> str:
    """Name of an organisation or group (a CKAN dict, or a name that CKAN's index keeps) in the page's language."""
    if not body:
        return ""
    if isinstance(body, str):
        known = next((entry for entry in publishers() if entry.name == body), None)
        if known is None:
            found = tk.h.get_organization(body)
            return (found or {}).get("title") or body
        return known.title_ja if is_japanese() else known.title_en
    japanese = body.get("title") or body.get("display_name") or body.get("name") or ""
    return japanese if is_japanese() else body.get("title_en") or _english(body.get("name") or "") or japanese


def _english(name: str) -> str:
    known = {entry.name: entry.title_en for entry in publishers()} | {entry.name: entry.label_en for entry in themes()}
    return known.get(name, "")


def osakadx_date(value: Any) -> str:
    """Word a date: 2026年11月20日, 20 November 2026; a month or a year where no more is known; other text as it is.

    Args:
        value: a date, a time (UTC where it names no zone, as CKAN stores it), or text in ISO 8601: ``2026``,
            ``2026-11``, ``2026-11-20`` or with a time.
    """
    if not value:
        return ""
    if isinstance(value, datetime.datetime):
        value = _in_japan(value).date()
    if isinstance(value, datetime.date):
        return _long(value)
    text = str(value)
    try:
        if len(text) > 10:
            return _long(_in_japan(datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))).date())
        parts = [int(part) for part in text.split("-")]
        date = datetime.date(*[*parts, 1, 1][:3])
    except (ValueError, TypeError):
        return text
    if len(parts) == 3:
        return _long(date)
    year_month = ("y年M月", "MMMM y") if len(parts) == 2 else ("y年", "y")
    return format_date(date, year_month[not is_japanese()], locale=_locale())


def osakadx_time(value: Any, *, seconds: bool = False) -> str:
    """Word a time in Japan: 2026年11月20日 3:42; text is read as ISO 8601, without a zone as UTC."""
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            return value
    if not value:
        return ""
    words = ("y年M月d日 H:mm" if is_japanese() else "d MMMM y, H:mm") + (":ss" if seconds else "")
    return format_datetime(_in_japan(value), words, locale=_locale())


@tk.chained_helper
def render_datetime(
    stock: Callable[..., str],
    datetime_: Any,
    date_format: str | None = None,
    with_hours: bool = False,
    with_seconds: bool = False,
) -> str:
    """Word a time as above on the pages of core and of extensions; for machines, in the format they name, as it was."""
    plain = stock(datetime_, date_format, with_hours, with_seconds)
    if date_format or not plain:
        return plain
    return osakadx_time(datetime_, seconds=with_seconds) if with_hours or with_seconds else osakadx_date(datetime_)


@tk.chained_helper
def time_ago_from_timestamp(stock: Callable[..., str], timestamp: Any) -> str:
    """Word a time as above where core says how long ago it was, which printed or cached is no longer true."""
    return osakadx_time(timestamp) or stock(timestamp)


def _in_japan(value: datetime.datetime) -> datetime.datetime:
    return (value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)).astimezone(_JAPAN)


def _long(date: datetime.date) -> str:
    return format_date(date, "y年M月d日" if is_japanese() else "d MMMM y", locale=_locale())


def _locale() -> str:
    return "ja" if is_japanese() else "en"


def osakadx_number(value: Any) -> str:
    """Write a whole number with its thousands apart."""
    return format_decimal(value or 0, locale=_locale())


def osakadx_points_text(value: Any) -> str:
    """Write a number of points with at most one decimal: 92, 18.5."""
    return f"{float(value or 0):.1f}".removesuffix(".0")


def osakadx_size(value: Any) -> str:
    """Write a number of bytes: 48 KB, 3.2 MB; empty where it is not known."""
    try:
        size = int(value or 0)
    except (TypeError, ValueError):
        return ""
    if size <= 0:
        return ""
    amount = size / 1024
    for unit in _UNITS:
        if amount < 1000 or unit == _UNITS[-1]:
            break
        amount /= 1024
    return f"{max(amount, 0.1):.{1 if amount < 10 else 0}f} {unit}"


def osakadx_host(address: str) -> str:
    """Name the server that an address leads to, to be shown beside a link that leaves the site; empty for our own."""
    host = links.taken_apart(address or "").netloc
    return "" if host == urlsplit(tk.config["ckan.site_url"]).netloc else host
