import json

import pytest
from osakadx import data, vocab


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("CC BY 4.0", "cc-by-4.0"),
        ("ＣＣ\u3000ＢＹ\u3000４．０", "cc-by-4.0"),
        ("CC-BY4.0", "cc-by-4.0"),
        ("CC BYに準拠。", "cc-by-4.0"),
        ("CC 4.0（表示）", "cc-by-4.0"),
        ("本データはCC BY 4.0で提供します", "cc-by-4.0"),
        ("クリエイティブ・コモンズ・ライセンス（表示4.0国際）", "cc-by-4.0"),
        ("この作品はクリエイティブ・コモンズ表示4.0国際ライセンスの下に提供されています", "cc-by-4.0"),
        ("クリエイティブ・コモンズ・ライセンス（表示-非営利 4.0 国際）", "cc-by-nc-4.0"),
        ("クリエイティブ・コモンズ 表示 2.1 日本", "cc-by-2.1-jp"),
        ("CC BY 2.1 Japan", "cc-by-2.1-jp"),
        ("Creative Commons Attribution 4.0 International (CC BY 4.0)", "cc-by-4.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.ja", "cc-by-4.0"),
        ("http://creativecommons.org/licenses/by/2.1/jp/", "cc-by-2.1-jp"),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode", "cc-by-nc-sa-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc0-1.0"),
        ("CC0", "cc0-1.0"),
        ("CC BY-SA", "cc-by-sa-4.0"),
        ("CC-BY-ND-4.0", "cc-by-nd-4.0"),
        ("CC BY-NC", "cc-by-nc-4.0"),
        ("PDL1.0", "pdl-1.0"),
        ("公共データ利用規約（第1.0版）に従います", "pdl-1.0"),
        ("https://www.digital.go.jp/resources/open_data/public_data_license_v1.0/", "pdl-1.0"),
        ("政府標準利用規約（第 2.0 版）", "gstu-2.0"),
        ("政府標準利用規約第１．０版", "gstu-1.0"),
        ("cc-by-40-intl", "cc-by-4.0"),
        ("cc-by-21-jp", "cc-by-2.1-jp"),
        ("japanese-20", "gstu-2.0"),
        ("japanese-10", "gstu-1.0"),
        ("なし", "notspecified"),
        ("無断転載禁止", "other-closed"),
    ],
)
def test_every_spelling_seen_leads_to_its_licence(written, key):
    found = vocab.license_of(written)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "written", ["", "表示4.0", "CC BY 4.0 以外", "CC BY 4.0 ではありません", "要相談", "CC BY 9.9"]
)
def test_what_names_no_licence_is_not_guessed(written):
    assert vocab.license_of(written) is None
    assert not vocab.is_open(written)


@pytest.mark.parametrize("row", data.rows("vocabularies/license_spellings.csv"), ids=lambda row: row["spelling"])
def test_the_table_of_spellings_is_obeyed(row):
    found = vocab.license_of(row["spelling"])
    assert found is not None
    assert found.key == row["license"]


def test_the_japanese_rules_compatible_with_cc_by_are_open_and_their_predecessor_is_not():
    assert vocab.is_open("pdl-1.0")
    assert vocab.is_open("gstu-2.0")
    assert not vocab.is_open("gstu-1.0")
    assert not vocab.is_open("notspecified")


def test_every_key_finds_itself_and_says_why_it_is_open_or_not():
    for entry in vocab.licenses():
        assert vocab.license_of(entry.key) == entry
        assert entry.basis_ja


def test_non_commercial_and_no_derivatives_are_never_open():
    closed = [entry for entry in vocab.licenses() if "-nc" in entry.key or "-nd" in entry.key]
    assert closed
    assert not any(entry.open for entry in closed)


def test_the_list_for_ckan_is_the_table():
    stored = json.loads(data.text("vocabularies/licenses.json"))
    assert stored == vocab.licenses_group()
    approved = {entry["id"] for entry in stored if entry["od_conformance"] == "approved"}
    assert approved == {entry.key for entry in vocab.licenses() if entry.open}
