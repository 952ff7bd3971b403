from __future__ import annotations

import re

import pytest

from .turtle import catalog, dataset, read

FILES = re.compile("files-[0-9a-f]{32}")


@pytest.mark.parametrize(
    "said, guid",
    [
        ('<d> a dcat:Dataset ; dct:identifier "7"', "7"),
        ("<d> a dcat:Dataset", "/d"),
        ("<d 1> a dcat:Dataset", "/d%201"),
        ("<データ> a dcat:Dataset", "/データ"),
        ('[] a dcat:Dataset ; dct:identifier "7"', "7"),
        ("[] a dcat:Dataset ; dcat:landingPage <http://a.jp/7>", "http://a.jp/7"),
        ('[] a dcat:Dataset ; dcat:landingPage "p/7"', "/p/7"),
        ("<http://a.jp/.well-known/genid/x> a dcat:Dataset ; dcat:landingPage <http://a.jp/7>", "http://a.jp/7"),
        ("[] a dcat:Dataset ; dcat:distribution [ dcat:downloadURL <http://a.jp/7.csv> ]", FILES),
        ("[] a dcat:Dataset", None),
        ("[ dcat:dataset <d> ] . <d> dct:description '説明'", "/d"),
    ],
    ids=[
        "identifier", "b025", "b028", "iri-japanese", "b026-identifier", "b026-page", "b027-page", "genid",
        "b026-files",        "b026-nothing", "untyped",
    ],
)  # fmt: skip
def test_identity(said, guid):
    for text in (f"{said} ; dct:title '題名' .", f"{dataset(9)} {said} ; dct:title '題名' ."):
        records, facts, _ = read(catalog(text))
        guids = [record["guid"] for record in records if record["guid"] != "id-9"]
        if guid is None:
            assert guids == [] and facts.skipped == {"without-id": 1} and facts.counts["identity-missing"] == 1
        else:
            assert len(guids) == 1 and (guid.fullmatch(guids[0]) if isinstance(guid, re.Pattern) else guids[0] == guid)


def test_a_page_shared_by_several_names_none_of_them():
    shared = "dcat:landingPage <http://a.jp/list> ; dct:title '題名'"
    file = "dcat:distribution [ dcat:downloadURL <http://a.jp/{}.csv> ]"
    records, facts, _ = read(
        catalog(
            *(f"[] a dcat:Dataset ; {shared} ; {file.format(name)} ." for name in "ab"),
            f"[] a dcat:Dataset ; {shared} .",
        )
    )
    assert len({record["guid"] for record in records}) == 2 and facts.skipped == {"without-id": 1}


def test_f07_the_first_of_two_with_one_identifier_is_taken():
    same = [dataset(1), '[] a dcat:Dataset ; dct:identifier "id-1" ; dct:title "別のデータ" .']
    records, facts, _ = read(catalog(*same))
    assert [record["concepts"]["title"] for record in records] == ["データ1"] and facts.counts == {"guid-repeated": 1}


@pytest.mark.parametrize(
    "titles, title, flagged",
    [
        ('"Shelters"@en, "避難所"@ja', "避難所", False),
        ('"Shelters"@en, "避難所"@ja-JP, "ひなんじょ"@ja-Hrkt, "hinanjo"@ja-Latn', "避難所", False),
        ('"Shelters"@en, "避難所"', "避難所", False),
        ('"Shelters"@en, "Shelter list"', "Shelter list", True),
        ('"Abris"@fr, "Shelters"@en', "Shelters", True),
        ('"AED"@ja', "AED", True),
        ('"二つ目"@ja, "一つ目"@ja', "一つ目", False),
    ],
    ids=["b029", "reading", "no-language", "no-japanese", "b030", "letters", "two"],
)
def test_titles(titles, title, flagged):
    (record,), facts, _ = read(catalog(f"<d> a dcat:Dataset ; dct:title {titles} ."))
    assert record["concepts"]["title"] == title and ("title-not-japanese" in facts.counts) is flagged


@pytest.mark.parametrize(
    "written, license_",
    [
        ('dct:license "クリエイティブ・コモンズ 表示 4.0"', "クリエイティブ・コモンズ 表示 4.0"),
        ('dct:license "市の独自の規約"', "市の独自の規約"),
        ("dct:license <http://creativecommons.org/licenses/by/4.0/>", "http://creativecommons.org/licenses/by/4.0/"),
        ("dct:license <http://a.jp/terms>", "http://a.jp/terms"),
        ('dct:license [ skos:prefLabel "市の規約"@ja ]', "市の規約"),
        ('dct:license [ skos:prefLabel "市の規約" ; dct:identifier "CC-BY-4.0" ]', "CC-BY-4.0"),
        ('dct:rights "CC BY 4.0"', "CC BY 4.0"),
        ('dct:rights "無断転載を禁じます"', None),
    ],
    ids=["b031", "b031-unknown", "address", "own-address", "label", "notation", "in-rights", "no-licence-in-rights"],
)
def test_licences(written, license_):
    (record,), _, _ = read(catalog(dataset(1, f"; {written} ; dcat:distribution [ dcat:accessURL <a> ; {written} ]")))
    assert record["concepts"].get("license") == license_ == record["files"][0].get("file_license")


@pytest.mark.parametrize(
    "more, concept, value",
    [
        ("; dct:temporal [ <http://schema.org/startDate> '2024' ; <https://schema.org/endDate> '2025' ]",
         "temporal", "2024/2025"),
        ("; dct:temporal [ dcat:startDate '2024-04-01T00:00:00Z'^^xsd:dateTime ]", "temporal", "2024-04-01/"),
        ("; dct:temporal [ time:hasBeginning [ time:inXSDDate '2024-04-01' ] ;"
         " time:hasEnd [ time:inXSDDate '2025-03-31' ] ]",
         "temporal", "2024-04-01/2025-03-31"),
        ("; dct:temporal '令和6年度'", "temporal", "令和6年度"),
        ("; dct:spatial '大阪府', '大阪市'", "spatial", "大阪市、大阪府"),
        ("; dct:spatial <http://data.example/27>", "spatial", "http://data.example/27"),
        ("; dct:publisher <http://a.jp/org/271004>", "publisher_code", "271004"),
        ("; dct:publisher [ dct:identifier '6000020271004' ]", "publisher_code", "271004"),
        ("; dct:publisher <http://a.jp/org/202404>", "publisher_code", None),
        ("; dct:publisher '大阪市'", "publisher_name", "大阪市"),
        ("; dcat:theme <http://a.jp/themes/1>", "theme", ["http://a.jp/themes/1"]),
        ("; dct:accrualPeriodicity <http://a.jp/f/x> . <http://a.jp/f/x> skos:prefLabel '毎年'", "frequency", "毎年"),
        ("; dcat:contactPoint '総務課'", "contact_name", "総務課"),
        ("; dcat:contactPoint <http://a.jp/ask>", "contact_name", None),
        ("; dct:issued '2024-04'^^xsd:gYearMonth", "issued", "2024-04"),
        ("; dct:issued '令和6年4月1日'^^xsd:date", "issued", "令和6年4月1日"),
    ],
)  # fmt: skip
def test_old_and_new_words_are_known(more, concept, value):
    (record,), _, _ = read(catalog(dataset(1, more)))
    assert record["concepts"].get(concept) == value


@pytest.mark.parametrize(
    "said, file",
    [
        ("<http://a.jp/a.csv>", {"file_download_url": "http://a.jp/a.csv"}),
        ("<http://a.jp/file/7>", None),
        ("[ dcat:downloadURL <http://a.jp/a%20b.csv>, <http://a.jp/c.csv> ]",
         {"file_download_url": "http://a.jp/a%20b.csv http://a.jp/c.csv"}),
        ("[ dcat:accessService [ dcat:endpointURL <http://a.jp/api> ] ]",
         {"file_access_url": "http://a.jp/api", "file_api": "有"}),
        ("[ dct:format [ skos:prefLabel 'CSV' ] ; dcat:byteSize '1024.0'^^xsd:decimal ]",
         {"file_format": "CSV", "file_size": "1024.0"}),
    ],
)  # fmt: skip
def test_files(said, file):
    (record,), _, _ = read(catalog(dataset(1, f"; dcat:distribution {said}")))
    assert record["files"] == ([file] if file else [])


def test_series_services_and_mere_mentions_are_no_data_sets():
    more = "; dct:relation <http://b.jp/other> . <http://b.jp/other> a dcat:Dataset"
    series = "<s> a dcat:DatasetSeries ; dct:title '系列' ."
    records, facts, _ = read(catalog(dataset(1, more), series, "<x> a dcat:DataService ; dct:title 'API' ."))
    assert [record["guid"] for record in records] == ["id-1"] and facts.skipped == {"type-series": 1} and facts.complete
