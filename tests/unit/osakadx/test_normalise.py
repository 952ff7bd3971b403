from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osakadx import vocab
from osakadx.dataset import Contact, Record
from osakadx.normalise import SourceContext, normalise

OSAKA = SourceContext("271004", name="大阪市の一覧", base_url="https://www.city.osaka.lg.jp/opendata/")
CONCEPTS = [concept.key for concept in vocab.concepts().values() if not concept.of_file]
FILE_CONCEPTS = [concept.key for concept in vocab.concepts().values() if concept.of_file]


def dataset(source=OSAKA, files=(), changed="", **concepts):
    return normalise(Record("guid-1", {"title": "避難所一覧"} | concepts, files=files, modified=changed), source)


def slugs(**concepts):
    return [slug for slug, _ in dataset(**concepts).notices]


def test_a_row_of_the_list_becomes_a_data_set():
    read = normalise(
        Record(
            guid="271004_evacuation",
            concepts={
                "publisher_code": "271004",
                "publisher_name": "大阪市",
                "identifier": "0001",
                "title": "指定緊急避難場所一覧",
                "subtitle": "令和６年度版",
                "description": "災害時に避難できる場所です。<br>毎年4月に更新します。",
                "keyword": ["防災;避難所;地域・くらし"],
                "theme": ["司法・安全・環境"],
                "universal_menu": ["防災"],
                "issued": "2018/4/1",
                "modified": "令和6年4月1日",
                "version": "1.2",
                "language": ["日本語"],
                "landing_page": "page/0001.html",
                "frequency": "1年に1回",
                "conforms_to": ["自治体標準オープンデータセット"],
                "documentation": ["https://www.city.osaka.lg.jp/items.pdf"],
                "provenance": "危機管理室の台帳から作成",
                "spatial": "大阪市",
                "temporal": "2024-04-01/2025-03-31",
                "contact_name": "危機管理室",
                "contact_email": "ba0000@city.osaka.lg.jp",
                "contact_telephone": "０６（６２０８）７３８８",
                "contact_extension": "1234",
                "contact_url": "https://www.city.osaka.lg.jp/form",
                "contact_note": "平日9時から",
                "remarks": "備考です",
                "creator": "危機管理室",
                "access_rights": "公開",
            },
            files=({"file_title": "CSV", "file_download_url": "files/a.csv", "file_license": "CC BY 4.0"},),
        ),
        OSAKA,
    )
    assert (read.identifier, read.name, read.publisher) == ("0001", "271004-evacuation-space-0001", "271004")
    assert read.notes == "災害時に避難できる場所です。\n毎年4月に更新します。"
    assert read.keywords == ("防災", "避難所", "地域_くらし")
    assert (read.theme, read.universal_menu, read.language) == (("14",), ("防災",), ("ja",))
    assert (read.issued, read.modified, read.version) == ("2018-04-01", "2024-04-01", "1.2")
    assert (read.temporal_start, read.temporal_end, read.temporal_text) == ("2024-04-01", "2025-03-31", "")
    assert (read.frequency, read.frequency_text) == ("annual", "1年に1回")
    assert read.url == "https://www.city.osaka.lg.jp/opendata/page/0001.html"
    assert (read.license, read.access_rights) == ("cc-by-4.0", "public")
    assert read.contact == Contact(
        name="危機管理室",
        email="ba0000@city.osaka.lg.jp",
        telephone="06-6208-7388",
        extension="1234",
        url="https://www.city.osaka.lg.jp/form",
        note="平日9時から",
    )
    assert (read.standard, read.standard_edition) == ("03", "new")
    assert [file.url for file in read.resources] == ["https://www.city.osaka.lg.jp/opendata/files/a.csv"]
    assert read.notices == ()


def test_a_record_without_title_borrows_one_and_says_so():
    from_file = normalise(Record("g", {}, files=({"file_download_url": "避難所.csv"},)), OSAKA)
    assert (from_file.title, from_file.notices[0][0]) == ("避難所.csv", "title-missing")
    assert normalise(Record("g-7", {}), OSAKA).title == "g-7"
    assert normalise(Record("", {}), OSAKA).title == "題名なし"


@pytest.mark.parametrize(
    "concepts, source_license, files, key",
    [
        ({"license": "CC BY 4.0"}, "CC0", [], "cc-by-4.0"),
        ({}, "CC0", [], "cc0-1.0"),
        ({}, "CC0", ["PDL1.0"], "pdl-1.0"),
        ({}, "CC0", ["PDL1.0", "PDL1.0"], "pdl-1.0"),
        ({}, "CC0", ["PDL1.0", "CC BY 4.0"], ""),
        ({}, "CC0", ["独自の規約"], "notspecified"),
        ({}, "CC0", ["独自の規約", "CC BY 4.0"], ""),
        ({"license": "CC BY 4.0"}, "CC0", ["独自の規約"], "cc-by-4.0"),
        ({"license": "独自の規約"}, "CC0", [], ""),
        ({}, "", [], ""),
    ],
)
def test_the_licence_is_the_record_s_then_that_of_its_files_then_the_source_s(concepts, source_license, files, key):
    source = SourceContext("271004", license=source_license)
    listed = [{"file_download_url": f"https://a.jp/{n}", "file_license": name} for n, name in enumerate(files)]
    assert dataset(source, listed, **concepts).license == key


def test_a_licence_in_unknown_words_is_kept_in_the_remarks():
    assert dataset(license="○○市オープンデータ利用規約").remarks == "ライセンス: ○○市オープンデータ利用規約"
    assert "license-unread" in slugs(license="○○市オープンデータ利用規約")


def test_words_that_are_no_field_become_keywords():
    read = dataset(theme=["司法・安全・環境", "大阪市独自の区分"], universal_menu=["宇宙"])
    assert read.theme == ("14",)
    assert read.keywords == ("大阪市独自の区分", "宇宙")
    assert [slug for slug, _ in read.notices] == ["theme-unread", "universal-menu-unread"]


def test_a_theme_that_is_an_address_is_read_or_left_out():
    theme = "http://publications.europa.eu/resource/authority/data-theme/"
    read = dataset(theme=[f"{theme}HEAL", f"{theme}OP_DATPRO", "https://a.jp/themes/1"])
    assert (read.theme, read.keywords) == (("15",), ())
    assert [slug for slug, _ in read.notices] == ["theme-unread", "theme-unread"]


@pytest.mark.parametrize(
    "written, key, words",
    [
        ("毎年", "annual", ""),
        ("年１回（３月頃）", "annual", "年１回（３月頃）"),
        ("満月のころ", "", "満月のころ"),
        ("", "", ""),
    ],
)
def test_the_words_of_a_frequency_are_kept_where_they_say_more(written, key, words):
    read = dataset(frequency=written)
    assert (read.frequency, read.frequency_text) == (key, words)


@pytest.mark.parametrize(
    "written, start, end, words",
    [
        ("2024-04-01/2025-03-31", "2024-04-01", "2025-03-31", ""),
        ("2024-04-01", "2024-04-01", "2024-04-01", ""),
        ("令和6年度", "2024-04-01", "2025-03-31", "令和6年度"),
        ("平成の終わりごろ", "", "", "平成の終わりごろ"),
    ],
)
def test_the_words_of_a_period_are_kept_where_they_say_more(written, start, end, words):
    read = dataset(temporal=written)
    assert (read.temporal_start, read.temporal_end, read.temporal_text) == (start, end, words)


def test_what_is_no_mail_address_and_no_number_is_kept_in_the_note():
    read = dataset(contact_email="フォームから", contact_telephone="担当まで", contact_note="平日のみ")
    assert read.contact == Contact(note="平日のみ / フォームから / 担当まで")
    assert [slug for slug, _ in read.notices] == ["contact-email-unread", "contact-telephone-unread"]


def test_an_extension_beside_the_number_is_taken_over():
    contact = dataset(contact_telephone="06-6208-7388（内線12）").contact
    assert (contact.telephone, contact.extension) == ("06-6208-7388", "12")


@pytest.mark.parametrize(
    "publisher, others, written, published, noted",
    [
        ("270008", False, "福祉部", "270008-welfare", False),
        ("270008", False, "大阪市", "270008", True),
        ("270008", True, "大阪市", "271004", False),
        ("270008-welfare", False, "大阪府", "270008-welfare", False),
        ("271004", False, "27100", "271004", False),
        ("271004", False, "大阪市 危機管理室", "271004", False),
        ("130001", False, "東京都", "130001", False),
        ("", False, "大阪市", "", False),
    ],
)
def test_a_record_is_published_by_the_body_that_its_source_may_speak_for(publisher, others, written, published, noted):
    read = dataset(SourceContext(publisher, others=others), publisher_name=written)
    assert read.publisher == published
    assert ("publisher-differs" in [slug for slug, _ in read.notices]) is noted


def test_the_last_update_is_that_of_the_newest_file_where_the_list_says_none():
    files = [{"file_download_url": f"https://a.jp/{day}", "file_modified": day} for day in ("2024-04-01", "2025-04-01")]
    assert dataset(files=files).modified == "2025-04-01"
    assert dataset(files=files, changed="2020-01-01T00:00:00").modified == "2025-04-01"
    assert dataset(files=files, modified="2021-01-01").modified == "2021-01-01"
    assert dataset(changed="2020-01-01T10:00:00").modified == "2020-01-01"


def test_a_dangerous_landing_page_is_not_published():
    read = dataset(landing_page="javascript:alert(1)")
    assert read.url == ""
    assert "link-scheme-refused" in [slug for slug, _ in read.notices]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
WRITTEN = st.sampled_from(
    [
        *(
            "令和6年4月1日",
            "4月頃",
            "2024-02-30",
            "年１回（３月頃）",
            "防災;避難所",
            "CC BY 4.0",
            "独自規約",
            "大阪市",
            "270008",
        ),
        *(
            "https://a.jp/避 難.csv",
            "javascript:alert(1)",
            "a.csv\nhttps://b.jp/c",
            "https://[",
            "06-6208-7388内線1",
            "a@b",
        ),
        *("\x00\ud800<br>", "48 KB", "有", "jpn,eng", "2024-04-01/", "CSV", "・", "水", "配信中", "あ" * 200),
    ]
)
VALUE = WRITTEN | JUNK | st.lists(WRITTEN, max_size=3)
RECORDS = st.builds(
    Record,
    guid=st.text() | WRITTEN,
    concepts=st.dictionaries(st.sampled_from(CONCEPTS), VALUE),
    files=st.lists(st.dictionaries(st.sampled_from(FILE_CONCEPTS), VALUE), max_size=3).map(tuple),
    modified=st.text() | WRITTEN,
)
SOURCES = st.builds(
    SourceContext,
    publisher=st.sampled_from(["271004", "270008", "270008-welfare", "130001", "osaka-lib"]),
    license=st.sampled_from(["", "CC BY 4.0", "?"]),
    base_url=st.sampled_from(["", "https://a.jp/x/", "not an address"]),
    others=st.booleans(),
)


@settings(deadline=None)
@given(RECORDS, SOURCES)
def test_nothing_a_source_sends_makes_it_stumble_or_publish_what_must_not_be(record, source):
    read = normalise(record, source)
    assert read == normalise(record, source)
    assert read.title and read.publisher and re.fullmatch("[a-z0-9_-]{2,100}", read.name)
    links = [read.url, read.contact.url, *read.documentation]
    links += [link for file in read.resources for link in (file.url, file.access_url, *file.documentation)]
    assert all(re.match("https?://[^/]", link) and link.isascii() for link in links if link)
    assert all(file.url for file in read.resources)
    assert all(re.fullmatch("[a-z-]+", slug) and sentence for slug, sentence in read.notices)
    repr(read).encode("utf-8")


def test_a_licence_in_words_that_holds_html_is_kept_as_text():
    record = Record(guid="1", concepts={"title": "一覧", "license": "独自の条件<br>出典を書いてください"})
    remarks = normalise(record, SourceContext(publisher="271004")).remarks
    assert "<" not in remarks and "独自の条件" in remarks and "出典を書いてください" in remarks
