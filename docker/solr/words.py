"""Writes the word lists of the Solr configset (conf/lang/) from the data of `schemas/`.

    .venv/bin/python docker/solr/words.py

The lists are kept in the repository, so that the configset can be used as it is; a unit test compares both.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from osakadx import data
from osakadx.text import fold

LANG = Path(__file__).parent / "conf" / "lang"
HEADER = "# Written by docker/solr/words.py from schemas/vocabularies/; edit there.\n"
OSAKA = "27"
LEVEL_2 = 48  # first row of the second level
SUFFIXES = {
    "都": ("ト",), "道": ("ドウ",), "府": ("フ",), "県": ("ケン",),
    "市": ("シ",), "区": ("ク",), "町": ("チョウ", "マチ"), "村": ("ムラ", "ソン"),
}  # fmt: skip
HYPHENS = "-‐‑‒–—―⁃−─━"
KATAKANA = "".join(map(chr, range(0x30A1, 0x30FB))) + "ー"
SPELLINGS = {"wi-fi": "wifi", "ティー": "ティ", "ヶ": "ケ", "ヵ": "カ", "ゖ": "け", "ゕ": "か"}


def user_dictionary() -> Iterator[str]:
    """Lines ``surface,segments,readings,part of speech``; Kuromoji sees text after the char filters, so do these."""
    seen: set[str] = set()
    for surface, segments, readings, kind in (*_terms(), *_places()):
        if surface not in seen:
            seen.add(surface)
            yield f"{surface},{segments},{readings},{kind}"


def _terms() -> Iterator[tuple[str, str, str, str]]:
    for row in data.rows("vocabularies/search_dictionary.csv", ("term", "segments", "kana")):
        yield fold(row["term"]), fold(row["segments"]), row["kana"], "カスタム名詞"


def _places() -> Iterator[tuple[str, str, str, str]]:
    for row in data.rows("vocabularies/place_names.csv", ("code", "label_ja", "kana", "kind")):
        name, ours = fold(row["label_ja"]), row["code"].startswith(OSAKA)
        stem, suffix = name[:-1], name[-1]
        # 津市 or 北区 would tear 観光市場 and 北区域 apart: names with a stem of one character are left to Kuromoji.
        if len(stem) < 2 or (row["kind"] == "ward" and not ours):
            continue
        reading = next(reading for reading in SUFFIXES[suffix] if row["kana"].endswith(reading))
        kana = row["kana"].removesuffix(reading)
        yield name, f"{stem} {suffix}", f"{kana} {reading}", "カスタム地名"
        if ours and row["kind"] == "municipality" and len(stem) > 2:
            yield stem, stem, kana, "カスタム地名"


def mapping() -> Iterator[str]:
    """Lines ``"from" => "to"`` for what NFKC leaves apart: variant kanji, hyphens used for ー, spellings."""
    rows = data.rows("vocabularies/variant_kanji.csv", ("variant", "standard"))
    pairs = dict(_to_the_common(row["variant"], row["standard"]) for row in rows) | SPELLINGS
    pairs |= {f"{kana}{hyphen}": f"{kana}ー" for kana in KATAKANA for hyphen in HYPHENS}
    for source, target in pairs.items():
        yield f'"{source}" => "{target}"'


def _to_the_common(variant: str, standard: str) -> tuple[str, str]:
    """Kuromoji knows 兎 and 桝, not 兔 and 枡: where only the variant is of JIS level 1, it is the one to keep."""
    return (standard, variant) if _row(variant) < LEVEL_2 <= _row(standard) else (variant, standard)


def _row(char: str) -> int:
    """Row (区) of a character in JIS X 0208; 99 where it is not in it."""
    try:
        return char.encode("iso2022_jp")[3] - 0x20
    except UnicodeEncodeError:
        return 99


def kana_mapping() -> Iterator[str]:
    """Lines that turn hiragana into katakana: a query in kana becomes one word to compare with readings."""
    for code in range(0x3041, 0x3097):
        yield f'"{chr(code)}" => "{chr(code + 0x60)}"'


FILES = {"userdict_ja.txt": user_dictionary, "mapping_ja.txt": mapping, "mapping_kana.txt": kana_mapping}


def main() -> None:
    """Write the lists."""
    LANG.mkdir(parents=True, exist_ok=True)
    for name, lines in FILES.items():
        (LANG / name).write_text(HEADER + "".join(f"{line}\n" for line in lines()), encoding="utf-8")


if __name__ == "__main__":
    main()
