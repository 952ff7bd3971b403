"""The files of a record (ファイル) become resources. The data set around them: `osakadx.normalise`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from osakadx import formats, links, sizes, text, vocab
from osakadx.dataset import Resource
from osakadx.values import Notices, Values, plain_text, shown

_YES = frozenset(("有", "有り", "あり", "ある", "対応", "可", "可能", "yes", "true", "1", "o", "○", "〇", "◯", "●"))
_NO = frozenset(("無", "無し", "なし", "ない", "未対応", "非対応", "不可", "no", "false", "0", "×", "x", "✕", "-"))
_FIX_LICENSE = "「CC BY 4.0」のように、ライセンスの名前と版を書いてください。"


def resources(
    files: Iterable[Mapping[str, Any]], notices: Notices, base: str, stored: str = ""
) -> tuple[Resource, ...]:
    """Return the resources of a data set in their order, each address once.

    A cell that holds several addresses gives several resources. A file without an address that can be published is
    left out, one that stands twice is taken once; both are noted.

    Args:
        files: concept → value of each file, as its source writes it.
        notices: takes what was mended or could not be read.
        base: address that relative links hang on.
        stored: what the addresses of files begin with that the catalog will keep itself; they stay as they are.
    """
    found: dict[str, Resource] = {}
    for file in files:
        for resource in _resources(Values(file, notices, base, stored)):
            if resource.url in found:
                sentence = (
                    f"同じアドレスのファイルが2度載っているので、1つにまとめました: {shown(unquote(resource.url))}"
                )
                notices.append(("file-duplicate", sentence))
            found.setdefault(resource.url, resource)
    return tuple(found.values())


def _resources(values: Values) -> Iterator[Resource]:
    written = [part for value in values.raw("file_download_url") for part in links.split(value)]
    downloads = [link for part in written if (link := values.link("file_download_url", part))]
    pages = values.links("file_access_url")
    urls = tuple(dict.fromkeys(downloads or pages))
    if not urls:
        title = shown(values.line("file_title")) or "（題名なし）"
        values.note("file-without-link", f"ファイル「{title}」は、載せられるアドレスが無いので外しました。")
        return
    first = _resource(values, urls[0], next((page for page in pages if page != urls[0]), ""))
    yield first
    for url in urls[1:]:
        yield _another(first, url)


def _resource(values: Values, url: str, page: str) -> Resource:
    license_key, license_words = license_in(values, "file_license")
    terms = (values.lines("file_terms"), values.lines("file_copyright"), license_words)
    status = values.one(
        "file_status", vocab.file_status_of, "ステータス", "配信中、配信準備中、配信停止中 のどれかにしてください。"
    )
    languages, _ = values.many(
        "file_language", vocab.languages_of, "言語", "「日本語」か「ja」のように書いてください。"
    )
    return Resource(
        url=url,
        name=values.line("file_title") or file_name(url),
        description=values.lines("file_description"),
        format=_format(values, url),
        access_url=page,
        # Terms we cannot read are not those of the data set, which a file without any shares.
        license=license_key or (license_words and "notspecified"),
        rights="\n".join(dict.fromkeys(term for term in terms if term)),
        status=status.key if status else "",
        size=values.one("file_size", sizes.byte_size, "大きさ", "49152 か 48KB のように書いてください。"),
        issued=values.date("file_issued"),
        modified=values.date("file_modified"),
        language=languages,
        documentation=values.links("file_documentation"),
        conforms_to=standards(values, "file_conforms_to"),
        api_available=values.one("file_api", yes_no, "有無", "「有」か「無」にしてください。") or "",
        identifier=values.line("file_id"),
    )


def _another(first: Resource, url: str) -> Resource:
    """One more address of the same cell: shares what is said of the file, not its name, format and size."""
    return Resource(
        url=url,
        name=file_name(url),
        description=first.description,
        format=formats.resolve("", url) or first.format,
        license=first.license,
        rights=first.rights,
        status=first.status,
        issued=first.issued,
        modified=first.modified,
        language=first.language,
    )


def _format(values: Values, url: str) -> str:
    written = values.line("file_format")
    key = formats.resolve(written, url)
    ending = formats.format_of_link(url)
    if written and ending and ending.key not in {key, "ZIP", "HTML"}:
        ending_text = f"アドレスの終わりは .{formats.extension(url)} です: {shown(unquote(url))}"
        values.note("file-format-differs", f"形式は「{shown(written)}」と書かれていますが、{ending_text}")
    return key


def file_name(url: str) -> str:
    """Return the name of the file an address ends in, as people read it; the host where there is none.

    What is no address is its own name.
    """
    parts = links.taken_apart(url)
    return (
        text.clean(unquote(parts.path.rstrip("/").rsplit("/", 1)[-1], errors="replace"))
        or parts.netloc
        or text.clean(url)
    )


def license_in(values: Values, concept: str) -> tuple[str, str]:
    """Return the key of the licence that a value names, and its words where they could not be read."""
    found = values.one(concept, vocab.license_of, "ライセンス", _FIX_LICENSE)
    return (found.key, "") if found else ("", text.clean(plain_text(values.line(concept))))


def standards(values: Values, concept: str) -> tuple[str, ...]:
    """Return the standards that a value names; addresses in the spelling that is published, names as they are."""
    lines = [text.clean(line) for value in values.raw(concept) for line in re.split(r"[;；\n]", value)]
    read = (values.link(concept, line) if re.match("https?:", line, re.I) else line for line in lines)
    return tuple(dict.fromkeys(line for line in read if line))


def yes_no(written: str) -> str | None:
    """Read 有 and 無 and their kin as ``yes`` and ``no``; None where it is neither."""
    folded = text.fold(written)
    return "yes" if folded in _YES else "no" if folded in _NO else None
