"""What the words of a link say: the name of a data set, or only its format, its size, its date, or nothing."""

from __future__ import annotations

import re
import unicodedata

_FORMAT = (
    "(?:geojson|json|csv|tsv|xlsx|xlsm|xls|excel|エクセル|xml|kmz|kml|shape|shp|シェープ|zip|pdf|txt|テキスト|ods|rdf|ttl|gpx|gml"
    "|word|ワード|docx|doc|オープンデータ)"
)
_SIZE = r"(?:約?\d[\d.,]*\s*(?:バイト|キロバイト|メガバイト|[kmg]?bytes?|[kmg]b)\b)"
_WINDOW = (
    "(?:(?:別|新(?:しい|規))?(?:の)?ウィ?ンドウ(?:で|に|が)?(?:開く|開きます|表示(?:します)?)?|外部(?:サイト|リンク))"
)
_FILLER = r"(?:形式|ファイル|データ|版|サイズ|[\s:：／/、,，・.\-－])"
_DATE = re.compile(
    r"(?:(?:令和|平成|昭和|(?<![a-z])[rhs])\.?\s*(?:元|\d{1,2})|(?:19|20)\d{2})\s*(?:年度|年|[./-])?"
    r"(?:\s*\d{1,2}\s*(?:月度|月|[./-]))?(?:\s*\d{1,2}\s*日?)?\s*(?:分|号|現在|時点|更新|公表|作成|版|末)*"
    r"|(?<!\d)(?:19|20)\d{6}(?!\d)|(?<!\d)\d{1,2}\s*月(?:度|\s*\d{1,2}\s*日)?\s*(?:分|号|現在|時点|更新|末)*"
)
_BRACKETS = re.compile(rf"[(（\[［【〔]\s*(?:{_FORMAT}|{_SIZE}|{_WINDOW}|{_FILLER})+\s*[)）\]］】〕]", re.IGNORECASE)
_TAIL = re.compile(
    rf"(?:\s+|(?<=[^\w]))(?:{_FORMAT}|{_SIZE})(?:{_FORMAT}|{_SIZE}|形式|ファイル|データ|[\s:：／/、,]|版)*$", re.I
)
_BARE = re.compile(rf"^(?:{_FORMAT}|{_SIZE}|{_WINDOW}|{_FILLER})+$", re.IGNORECASE)
_SAYS_NOTHING = frozenset(
    {
        "ダウンロード",
        "ダウンロードする",
        "ダウンロードはこちら",
        "ファイルダウンロード",
        "データダウンロード",
        "download",
        "dl",
    }
    | {
        "こちら",
        "こちらから",
        "ここ",
        "一覧",
        "リンク",
        "表示",
        "表示する",
        "開く",
        "詳細",
        "添付",
        "添付ファイル",
        "資料",
    }
    | {"here", "file", "link"}
)
_EXTENSIONS = {
    "excel": "xlsx",
    "エクセル": "xlsx",
    "shape": "shp",
    "シェープ": "shp",
    "テキスト": "txt",
    "word": "docx",
    "ワード": "docx",
    "オープンデータ": "",
}  # of the formats of _FORMAT whose name is another
# Full-width ASCII to half-width, one character for one, so that places in the text stay where they are.
_HALF_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}


def name(words: str) -> str:
    """A link's words without the format, size and window that a CMS adds: 避難所一覧（CSV形式：48KB） → 避難所一覧."""
    text = " ".join(words.split())
    for pattern in (_BRACKETS, _TAIL):
        half = text.translate(_HALF_WIDTH)
        for found in reversed(list(pattern.finditer(half))):
            text = text[: found.start()] + text[found.end() :]
    return text.strip(" 　・:：-")


def key(words: str) -> str:
    """What stays of a name over the years: no dates, width, case, blanks or signs. Empty where that was all."""
    folded = unicodedata.normalize("NFKC", name(words)).casefold()
    plain = _DATE.sub("", folded)
    plain = "" if _BARE.match(plain) else plain
    return "".join(character for character in plain if character.isalnum() or character == "ー")


def says_something(words: str) -> bool:
    """Whether words name a thing, and not only a period, a format, a size or the act of downloading."""
    said = key(words)
    return len(said) > 1 and not said.isdecimal() and said not in _SAYS_NOTHING


def size(words: str) -> str:
    """The size that a link's words mention, as written; empty where they mention none."""
    found = re.search(_SIZE, words.translate(_HALF_WIDTH), re.IGNORECASE)
    return words[found.start() : found.end()] if found else ""


def extension(words: str) -> str:
    """The file name extension of the format that a link's words note: AED設置場所（CSV：12KB） → csv.

    Empty where they note none, or say it as part of the name: CSVの使い方.
    """
    half = " ".join(words.split()).translate(_HALF_WIDTH)
    notes = [half] if _BARE.match(half) else [found[0] for each in (_BRACKETS, _TAIL) for found in each.finditer(half)]
    said = [found[0].lower() for note in notes for found in re.finditer(_FORMAT, note, re.IGNORECASE)]
    return next((known for name in said if (known := _EXTENSIONS.get(name, name))), "")
