"""Each of the 18 MIC rules and the 21 derived checks: a file that breaks it, and the same file mended."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from osakadx import data, standards
from osakadx.quality.check import Asked, check
from osakadx.quality.evidence import Change, Evidence, File, Link, Pace, Reading
from osakadx.quality.rulebook import rulebook
from osakadx.quality.score import alone, mark, whole
from osakadx.tables.read import read
from osakadx.vocab import municipality_of

BOOK = rulebook()
SAKAI = Asked(municipality=municipality_of("堺市"))
HEADER = "名称,所在地,緯度,経度,人数,開設日"
ROW = "{n}番会館,大阪府堺市堺区南瓦町{n}-1,34.5733{n:02},135.4829{n:02},{n},2024-04-{n:02}"


def lines(header=HEADER, row=ROW, rows=12, **changes):
    """A CSV of some rows; `changes` puts other text into a column of the sixth row: c5="10人"."""
    written = [row.format(n=n).split(",") for n in range(1, rows + 1)]
    for column, text in changes.items():
        written[5][int(column[1:])] = text
    return "\r\n".join([header, *(",".join(cells) for cells in written)]).encode() + b"\r\n"


def look(content, name="a.csv", asked=SAKAI, declared=None):
    reading = read(content, name, declared=declared)
    known = Reading.from_dict(reading.as_dict())
    found = check(reading, asked) if reading.tables else None
    return File("a", name=name, url=f"https://e.jp/{name}", link=Link("ok"), reading=replace(known, check=found))


def lost(rule, file):
    """The share of its points that a file loses by a rule."""
    return BOOK.by_slug[rule].loss(mark(file, BOOK).share(rule))


def workbook(change=lambda sheet: None):
    book = openpyxl.Workbook()
    for cells in (line.split(",") for line in lines().decode().splitlines()):
        book.active.append(cells)
    change(book.active)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_picture():
    buffer = io.BytesIO(workbook())
    with zipfile.ZipFile(buffer, "a") as parts:
        parts.writestr("xl/media/image1.png", b"\x89PNG")
    return buffer.getvalue()


def chart(sheet):
    sheet.add_chart(openpyxl.chart.BarChart(), "G2")


def comment(sheet):
    sheet["B3"].comment = openpyxl.comments.Comment("要確認", "山田")


def formula(sheet):
    sheet["E3"] = "=1+1"


GOOD = lines()
CELLS = [
    ("cells-hold-one-value", lines(c4="123(うち45)")),
    (
        "cells-hold-one-value",
        lines(header="名称,災害", row="会館{n},地震、津波", rows=8),
        lines(header="名称,災害", row="会館{n},地震;津波", rows=8),
    ),
    ("numbers-are-numbers", lines(c4="10人")),
    ("numbers-are-numbers", lines(c4="△3")),
    ("numbers-are-numbers", lines(c4="１２")),
    ("numbers-are-numbers", lines().replace(b",6,2024", b',"1,234",2024')),
    ("numbers-are-numbers", lines(c4="約十")),
    ("no-layout-blanks", lines(c0="大　会　館")),
    ("no-layout-blanks", lines(c0="会館　")),
    ("no-layout-blanks", lines(c0='"会\n館"')),
    ("nothing-is-omitted", lines(c0="同上")),
    (
        "nothing-is-omitted",
        "区分,名称,人数\r\n公園,ア,1\r\n,イ,2\r\n,ウ,3\r\n学校,エ,4\r\n,オ,5\r\n,カ,6\r\n,キ,7\r\n".encode(),
        "区分,名称,人数\r\n公園,ア,1\r\n公園,イ,2\r\n公園,ウ,3\r\n学校,エ,4\r\n学校,オ,5\r\n学校,カ,6\r\n".encode(),
    ),
    ("formulas-are-values", lines(c4="#REF!")),
    ("no-platform-characters", lines(c0="㈱会館")),
    ("no-platform-characters", lines(c0="ｶｲｶﾝ")),
    (
        "time-is-western",
        lines(header=HEADER.replace("開設日", "年度"), row=ROW.replace("2024-04-{n:02}", "令和{n}年度")),
        lines(header=HEADER.replace("開設日", "年度"), row=ROW.replace("2024-04-{n:02}", "20{n:02}年度")),
    ),
    (
        "time-is-western",
        lines(header=HEADER.replace("人数", "令和5年度")),
        lines(header=HEADER.replace("人数", "2023年度")),
    ),
    (
        "region-is-stated",
        lines(header="施設名,人数", row="会館{n},{n}"),
        lines(header="施設名,市区町村名", row="会館{n},堺市"),
    ),
    (
        "units-are-stated",
        lines(header=HEADER.replace("人数", "面積")),
        lines(header=HEADER.replace("人数", "面積(ha)")),
    ),
    ("one-mark-for-missing", lines(c4="-").replace(b",7,", b",***,"), lines(c4="-")),
    ("data-is-not-fragmented", lines().replace(b"7\xe7\x95\xaa", b"\r\n7\xe7\x95\xaa")),
    ("data-is-not-fragmented", lines() + f"{HEADER}\r\n{ROW.format(n=20)}\r\n".encode()),
    ("data-is-not-fragmented", lines().replace("7番".encode(), "南区の部,,,,,\r\n7番".encode())),
    ("one-table-per-sheet", lines() + "\r\n区,町,世帯,男,女,計\r\n北,一,い,ろ,は,に\r\n".encode()),
    ("dates-are-iso", lines(c5="2024/4/6")),
    ("dates-are-iso", lines(c5="2024-02-30")),
    ("dates-are-iso", lines(c5="令和6年4月1日")),
    ("dates-are-iso", lines(c5="4月頃")),
    ("coordinates-in-the-area", lines(c2="34573312")),
    ("coordinates-in-the-area", lines(c2="北緯34度")),
    ("coordinates-in-the-area", lines(c2="0")),
    ("coordinates-in-the-area", lines(c2="")),
    ("coordinates-in-the-area", lines(c2="35.6895", c3="139.6917")),
    ("coordinates-in-the-area", lines(row="{n}番会館,堺区{n},34.573300,135.482900,{n},2024-04-01")),
    ("coordinates-not-swapped", lines(c2="135.482906", c3="34.573306")),
    ("coordinates-are-precise", lines(row="{n}番会館,堺区{n},34.5{n},135.4{n},{n},2024-04-{n:02}")),
    ("no-unknown-in-values", lines(c4="不明")),
    ("rows-are-different", lines() + ROW.format(n=3).encode() + b"\r\n"),
]
COLUMNS = [
    ("times-are-hhmm", "開始時間", "09:{n:02}", ["9:05", "９：０５", "9時"]),
    (
        "phones-are-plain",
        "電話番号",
        "072-233-11{n:02}",
        ["０７２－２３３－１１０１", "72-233-1101", "233-1101", "072-233-1101 内線12"],
    ),
    ("codes-keep-their-zeros", "全国地方公共団体コード", "271403", ["27140", "271404", "二七"]),
    ("codes-keep-their-zeros", "全国地方公共団体コード", "271403", ["11002"]),
    ("codes-keep-their-zeros", "学校コード", "00{n:04}", ["12345"]),
    ("codes-keep-their-zeros", "法人番号", "30000200{n:05}", ["3000020"]),
    ("codes-keep-their-zeros", "郵便番号", "54000{n:02}", ["540001"]),
    ("ids-are-not-exponents", "事業所番号", "27140{n:05}", ["2.71E+09"]),
    ("kana-is-kana", "名称_カナ", "カイカン", ["かいかん", "会館", "ｶｲｶﾝ"]),
    ("prefecture-in-full", "都道府県名", "大阪府", ["大阪"]),
    ("code-fits-the-name", "全国地方公共団体コード", "271403", ["271004"]),
]


@pytest.mark.parametrize("case", CELLS, ids=lambda case: case[0])
def test_a_file_that_breaks_a_rule_loses_points_and_the_mended_one_does_not(case):
    rule, bad, good = (*case, GOOD)[:3]
    bad, good = look(bad), look(good)
    assert 0 < lost(rule, bad) <= 1
    assert lost(rule, good) == 0
    said = next(finding for finding in bad.check.findings if finding.rule == rule)
    assert said.message and said.fix and said.message_en and said.fix_en and (said.row or rule == "region-is-stated")


@pytest.mark.parametrize(
    ("rule", "column", "good", "bad"), [(*case[:3], bad) for case in COLUMNS for bad in case[3]], ids=str
)
def test_a_value_that_breaks_a_rule_is_found_in_its_cell(rule, column, good, bad):
    header, row = f"{HEADER},{column}", f"{ROW},{good}"
    broken = look(lines(header=header, row=row, c6=bad))
    assert lost(rule, broken) > 0 and lost(rule, look(lines(header=header, row=row))) == 0
    assert next(finding.cell for finding in broken.check.findings if finding.rule == rule) == "G7"


@pytest.mark.parametrize(
    ("column", "numbers", "told"),
    [
        ("街路灯番号", [*range(951, 1251)], []),  # numbers given one after the other
        ("公園番号", [*range(995, 1055)], []),
        ("許可番号", [*range(9996, 10030)], []),
        ("内線番号", ["0345", "345", *range(2345, 2375)], []),  # as long as the exchange has it
        ("学校コード", ["0123", "345", *range(2345, 2375)], ["B3"]),
        ("学校コード", ["０１２３", "345", *range(2345, 2375)], ["B3"]),
        ("施設番号", ["345", *range(2345, 2375), "0123"], ["B2"]),
        ("学校コード", ["0123", *range(2345, 2375)], []),
    ],
)
def test_a_shorter_number_has_lost_a_zero_only_where_others_begin_with_one(column, numbers, told):
    rows = [f"館{place},{number}" for place, number in enumerate(numbers)]
    found = look("\r\n".join([f"名称,{column}", *rows]).encode()).check.findings
    assert [finding.cell for finding in found if finding.rule == "codes-keep-their-zeros"] == told


NAMES = "部署,名称\r\n保育・幼稚園課,ア\r\n保育・幼稚園課,イ\r\n総務課,ウ\r\n福祉課,エ\r\n"
NUMBERS = "区,合算\r\n北,{}\r\n" + "".join(f"{ward},{ord(ward) % 50}\r\n" for ward in "西南東港中福島此花")
LISTS = "施設,名称\r\n公園・学校,ア\r\n学校・公民館,イ\r\n公園,ウ\r\n公民館,エ\r\n"


@pytest.mark.parametrize(
    ("rule", "content", "told"),
    [
        ("cells-hold-one-value", NAMES, []),  # a name that a dot joins (焼津市, seen 2026-11)
        ("cells-hold-one-value", NAMES.replace("・", "/"), []),
        ("cells-hold-one-value", LISTS, ["A2", "A3"]),
        ("numbers-are-numbers", NUMBERS.format("016002;017002"), []),  # e-Stat, GASSAN
        ("numbers-are-numbers", NUMBERS.format("百六"), ["B2"]),
    ],
)
def test_names_and_codes_are_not_taken_for_lists(rule, content, told):
    found = look(content.encode()).check.findings
    assert [finding.cell for finding in found if finding.rule == rule] == told


def test_a_list_in_lines_is_told_once_and_its_words_are_not_glued_together():
    rows = ['ア,"生活介護\n短期入所"', 'イ,"共同生活援助\n短期入所"', "ウ,生活介護", "エ,共同生活援助"]
    told = look("\r\n".join(["事業,サービス", *rows]).encode()).check.findings
    assert [(one.rule, one.cell) for one in told] == [("cells-hold-one-value", "B2"), ("cells-hold-one-value", "B3")]
    assert "改行" in told[0].message and "Ctrl+J" in told[0].fix and "半角の「;」" in told[0].fix
    two = look(lines(c4='"12\n(うち3)"')).check.findings
    assert [one.rule for one in two] == ["cells-hold-one-value"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("078-803-5921(昼)、078-803-5777(夜)", "2つ以上"),
        ("（小）054-625-7200、（GH）054-625-8525", "2つ以上"),
        ("06-6458-1132 夜間は守衛室へ", "言葉と一緒に"),
        ("6613-0160", "市外局番"),
        ("1771", "市外局番"),
        ("078-302-1661,1771", "2つ以上"),
        ("072-924-3803 / 3804", "2つ以上"),
        ("072-233-1101 内線12", "半角数字"),
    ],
)
def test_what_is_wrong_with_a_telephone_number_is_told(value, words):
    rows = [f'館{n},"{value if n == 5 else f"072-233-11{n:02}"}"' for n in range(12)]
    found = look("\r\n".join(["名称,電話番号", *rows]).encode()).check.findings
    assert [words in finding.message for finding in found if finding.rule == "phones-are-plain"] == [True]


@pytest.mark.parametrize("value", ["188", "119", "#7119", "06-6941-0351 / 188"])
def test_short_numbers_that_anybody_can_dial_are_numbers(value):
    rows = [f"館{n},{value if n == 5 else f'072-233-11{n:02}'}" for n in range(12)]
    assert look("\r\n".join(["窓口,電話番号", *rows]).encode()).check.findings == ()


@pytest.mark.parametrize("header", ["年度,保育施設数(施設),定員(人)", "施設種別,施設数,定員(人)"])
def test_a_statistic_is_no_list_of_places(header):
    first = "{n}種" if header.startswith("施設") else "20{n:02}"
    found = look(lines(header=header, row=first + ",{n},{n}0")).check.findings
    assert [one for one in found if one.rule == "region-is-stated"] == []


WITH_A_TOWN = "事業,市町村名,{}"


def told(column, usual, value):
    """What is found where one value of a column is another one: rule, and the finding."""
    rows = [f'業務{n},堺市,"{value if n == 5 else usual.format(n=n)}"' for n in range(12)]
    found = look("\r\n".join([WITH_A_TOWN.format(column), *rows]).encode()).check.findings
    assert all(one.cell in (None, "C7") or one.row == 1 for one in found)
    return [one for one in found if one.cell == "C7"]


@pytest.mark.parametrize(
    ("column", "usual", "value", "rule", "words"),
    [
        ("URL", "https://e.jp/{n}", "www.e.jp/5", "phones-are-plain", "例「https://www.e.jp/5」"),
        ("URL", "https://e.jp/{n}", "city.e.lg.jp", "phones-are-plain", "例「https://city.e.lg.jp」"),
        ("URL", "https://e.jp/{n}", "ｈｔｔｐｓ：//e.jp/5", "phones-are-plain", "「https://e.jp/5」のように半角"),
        ("契約金額(円)", "{n}00", "¥1,000,000", "numbers-are-numbers", "「標準」"),
        ("契約金額(円)", "{n}00", "￥500", "numbers-are-numbers", "「標準」"),
        ("終了時刻", "21:{n:02}", "24:30", "times-are-hhmm", "「00:30」のように翌日の時刻"),
        ("メールアドレス", "a{n}@e.jp", "a5@e", "phones-are-plain", "正しいアドレス"),
        ("メールアドレス", "a{n}@e.jp", "a5[at]e.jp", "phones-are-plain", "「a5@e.jp」"),
        ("緯度経度", "", "34.62194,135.60183", "cells-hold-one-value", "区切り位置"),
        ("位置", "", "(135.60183 34.62194)", "cells-hold-one-value", "区切り位置"),
        ("番地", "{n}番26号", "5月6日", "ids-are-not-exponents", "「5-6」など"),
        ("番地", "{n}番26号", "2026-05-06", "ids-are-not-exponents", "「5-6」など"),
        ("受入年齢", "3-5", "3月5日", "ids-are-not-exponents", "「3-5」など"),
    ],
)
def test_what_a_click_a_sum_or_a_map_stumbles_over_is_told_with_how_to_mend_it(column, usual, value, rule, words):
    found = told(column, usual, value)
    assert [one.rule for one in found] == [rule] and words in found[0].fix


@pytest.mark.parametrize(
    ("column", "usual", "value"),
    [
        ("URL", "https://e.jp/{n}", "https://e.jp/施設/５"),
        ("URL", "https://e.jp/{n}", "市のホームページ"),
        ("終了時刻", "21:{n:02}", "24:00"),
        ("終了時刻", "21:{n:02}", "24:00:00"),
        ("メールアドレス", "a{n}@e.jp", "a5@e.jp;b@e.jp"),
        ("メールアドレス", "a{n}@e.jp", "mailto:a5@e.jp"),
        ("メールアドレス", "a{n}@e.jp", "問い合わせフォーム"),
        ("位置", "{n}階", "1.5,2.5"),
        ("番地", "{n}番26号", "5-6"),
    ],
)
def test_what_may_be_written_so_is_not_told(column, usual, value):
    assert told(column, usual, value) == []


SPAN = "事業{n},堺市,2026-04-{n:02},2026-05-{n:02}"


@pytest.mark.parametrize(
    ("end", "rules"),
    [("2025-04-01", ["dates-are-iso"]), ("2026-04-06", []), ("2026-04", []), ("", []), ("令和7年4月1日", True)],
)
def test_an_end_before_its_begin_is_an_error(end, rules):
    found = look(lines(header="事業,市町村名,許可開始日,許可満了日", row=SPAN, c3=end)).check.findings
    reversed_ = [one for one in found if "より前です" in one.message]
    assert [(one.rule, one.cell, one.severity) for one in reversed_] == (
        [("dates-are-iso", "D7", "error")] if rules else []
    )


@pytest.mark.parametrize(
    ("header", "row", "wrong"),
    [
        ("総人口,男性,女性", "{n}3,{n}1,2", ["B7"]),
        ("人口(人),男(人),女(人)", "{n}3,{n}1,2", ["B7"]),
        ("総人口,男性,女性,性別不詳", "{n}3,{n}1,2,0", []),  # a third part
        ("総数,男性,女性", "{n}9,{n}1,2", []),  # a total of something else
        ("世帯数,男性,女性", "{n}3,{n}1,2", []),
    ],
)
def test_a_population_is_the_sum_of_men_and_women_where_it_is_so_elsewhere(header, row, wrong):
    found = look(lines(f"町,{header},市区町村名", "{n}丁目," + row + ",堺市", c1="9999")).check.findings
    assert [one.cell for one in found if one.rule == "code-fits-the-name"] == wrong


@pytest.mark.parametrize("value", ["9" * 5000, "１２", "-", ""])
def test_what_is_no_number_of_people_is_no_wrong_sum(value):
    found = look(lines("町,総人口,男性,女性,市区町村名", "{n}丁目,{n}3,{n}1,2,堺市", c1=value)).check.findings
    assert [one for one in found if one.rule == "code-fits-the-name"] == []


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("月～金", "月火水木金"), ("月曜日〜土曜日（祝日を除く）", "月火水木金土"), ("火から日", "火水木金土日"),
        ("月火水木金", ""), ("日～月", ""), ("平日", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_range_of_days_is_told_in_the_columns_of_a_standard(value, plain):
    aed = replace(SAKAI, standard=standards.by_slug("aed"))
    found = look(lines("名称,市区町村名,利用可能曜日", "会館{n},堺市,月火", c2=value), asked=aed)
    days = [one for one in found.check.findings if "曜日を範囲で" in one.message]
    assert [plain in one.fix for one in days] == ([True] if plain else [])


def test_ids_must_be_unique_and_there():
    rows = f"{HEADER.replace('名称', 'ID,名称')}", "{n}," + ROW
    assert lost("ids-are-unique", look(lines(*rows))) == 0
    assert lost("ids-are-unique", look(lines(*rows, c0="3"))) > 0
    assert lost("ids-are-unique", look(lines(*rows, c0=""))) > 0


TOILETS = (
    "全国地方公共団体コード,ID,地方公共団体名,名称,所在地_連結表記,設置位置,緯度,経度,男性トイレ総数,女性トイレ総数,"
)
TOILETS += "男女共用トイレ総数,バリアフリートイレ数,車椅子使用者用トイレ有無"
TOILET = "271403,{n},大阪府堺市,公園{n},大阪府堺市堺区{n}-1,入口{n},34.5733{n:02},135.4829{n:02},1,1,0,1,有"


ABROAD = "和歌山県日高郡日高町大字方杭100番地"


def at_home(content):
    """What is said of the addresses of a file that 堺市 publishes, and how much it costs."""
    file = look(content)
    return [one for one in file.check.findings if "の住所" in one.message or "の外" in one.message], file


def test_a_list_of_which_most_places_are_in_another_town_is_another_towns():
    told, file = at_home(lines(TOILETS, TOILET.replace("大阪府堺市堺区", "静岡県焼津市")))
    assert len(told) == 12 and {one.severity for one in told} == {"error"} and told[0].cell == "E2"
    assert lost("code-fits-the-name", file) == 1 and file.check.rows_conforming == 0


def test_a_place_of_the_town_that_lies_elsewhere_is_asked_about_and_costs_nothing():
    told, file = at_home(lines(TOILETS, TOILET, c4=ABROAD, c6="33.915000", c7="135.088000"))
    assert [(one.severity, one.cell, one.value) for one in told] == [("advice", "E7", ABROAD)]
    assert not file.check.counts.keys() & {"code-fits-the-name", "coordinates-in-the-area"}
    assert file.check.rows_conforming == 12


@pytest.mark.parametrize("header", ["名称,所在地", "商号又は名称,代表者名,郵便番号,所在地", "件名,契約日,相手方の住所"])
def test_addresses_of_others_are_no_news_in_tables_of_no_standard(header):
    row = ",".join(["会社{n}", *["2024-04-{n:02}"] * (header.count(",") - 1), "東京都港区芝{n}-1-1"])
    assert at_home(lines(header, row))[0] == []


def test_the_address_of_the_owner_is_not_that_of_the_place():
    assert at_home(lines("法人所在地," + TOILETS, "東京都千代田区丸の内一丁目1番1号," + TOILET))[0] == []


def test_required_cells_are_filled_with_values_and_not_with_fillers():
    rule = "required-cells-are-filled"
    assert lost(rule, look(lines(TOILETS, TOILET))) == 0
    for filler in ("", "－", "不明", "0", "なし"):
        assert lost(rule, look(lines(TOILETS, TOILET, c5=filler))) > 0, filler
    assert lost(rule, look(lines(TOILETS, TOILET.replace("公園{n}", "公園")))) > 0


def test_values_of_a_vocabulary_are_of_it():
    rule = "values-in-the-vocabulary"
    assert lost(rule, look(lines(TOILETS, TOILET))) == 0
    assert lost(rule, look(lines(TOILETS, TOILET, c12="あり"))) > 0


@pytest.mark.parametrize(
    ("number", "edition", "column", "value", "filler"),
    [
        ("13", "old", "車椅子使用者用トイレ有無", "無", False),
        ("13", "old", "車椅子使用者用トイレ有無", "なし", False),  # the vocabulary tells how it is written
        ("13", "old", "車椅子使用者用トイレ有無", "－", True),
        ("12", "gif", "料金有無", "無", False),  # a column whose list was not read
        ("12", "gif", "料金有無", "不明", True),
        ("13", "old", "名称", "無", True),
    ],
)
def test_no_is_an_answer_where_a_column_asks_whether(number, edition, column, value, filler):
    told = one_column(number, column, value, edition, others="甲{n}").check.findings
    assert (value in {one.value for one in told if one.rule == "required-cells-are-filled"}) == filler


@pytest.mark.parametrize(
    ("number", "column", "right", "wrong"),
    [
        ("09", "実施サービス", "訪問介護(ホームヘルプ)", "訪問介護"),  # brackets in half width
        ("09", "実施サービス", "居宅介護支援;通所介護(デイサービス);介護医療院", "居宅介護支援;デイ"),
        ("10", "災害拠点分類", "基幹災害医療センター", "災害拠点"),
        ("10", "災害拠点分類", "期間災害医療センター", "災害拠点"),  # as GIF misprints it
        ("14", "種別", "防火水そう", "防火水槽"),
    ],
)
def test_a_word_of_the_vocabulary_may_be_written_as_official_texts_write_it(number, column, right, wrong):
    rule = "values-in-the-vocabulary"
    assert lost(rule, one_column(number, column, right)) == 0
    told = one_column(number, column, wrong)
    assert lost(rule, told) > 0 and "期間" not in told.check.findings[0].message


@pytest.mark.parametrize(
    ("number", "edition", "column", "word"),
    [
        ("15", "new", "営業の種類", "漬物製造業"),  # a kind of permit since 2021
        ("02", "new", "文化財分類", "市指定有形文化財"),
        ("05", "old", "種別", "小規模保育事業"),
    ],
)
def test_a_vocabulary_that_lacks_right_words_judges_none(number, edition, column, word):
    assert lost("values-in-the-vocabulary", one_column(number, column, word, edition)) == 0


def one_column(number, column, value, key="new", others=""):
    """A table of a standard in which one column holds a value in all rows."""
    edition = standards.standard(number).edition(key)
    row = ",".join(value if one.name == column else others for one in edition.columns)
    asked = Asked(standard=standards.standard(number))
    return look(lines(",".join(one.name for one in edition.columns), row), asked=asked)


OLD_TOILETS = "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称,住所,設置位置,緯度,経度,"
OLD_TOILETS += "男性トイレ総数,女性トイレ総数"
OLD_TOILET = "271403,{n},大阪府,堺市,公園{n},大阪府堺市堺区{n}-1,入口{n},34.5733{n:02},135.4829{n:02},1,1"
PARTS = TOILETS.replace("所在地_連結表記", "所在地_町字,所在地_番地以下")
PART = TOILET.replace("大阪府堺市堺区{n}-1", "堺区,{n}-1")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (TOILETS, TOILET),
        (OLD_TOILETS, OLD_TOILET),
        (TOILETS, TOILET.replace("大阪府堺市堺区{n}-1", "")),  # then the names tell that they are different
        (PARTS, PART),
        (f"法人所在地,{TOILETS}", f"大阪府堺市南瓦町,{TOILET}"),
    ],
    ids=["new", "old", "no address", "parts of addresses", "another address before"],
)
def test_one_point_for_all_the_places_of_a_standard_table_is_told(header, row):
    rule = "coordinates-in-the-area"
    assert lost(rule, look(lines(header, row))) == 0
    same = look(lines(header, row.replace("34.5733{n:02}", "34.573300").replace("135.4829{n:02}", "135.482900")))
    assert lost(rule, same) > 0 and any("違う場所の 12 行" in one.message for one in same.check.findings)


@pytest.mark.parametrize("address", ["大阪府堺市堺区南瓦町3-1", ""])
def test_all_events_at_one_hall_may_be_at_one_point(address):
    header = "全国地方公共団体コード,ID,地方公共団体名,イベント名,開始日,終了日,場所名称,所在地_連結表記,緯度,経度"
    row = (
        f"271403,{{n}},大阪府堺市,まつり{{n}},2026-04-{{n:02}},2026-04-{{n:02}},市民会館,{address},34.573300,135.482900"
    )
    told = look(lines(header, row))
    assert told.check.standard.id == "12" and lost("coordinates-in-the-area", told) == 0


def test_two_columns_swapped_under_right_headers_are_told():
    rule = "columns-of-the-standard"
    cells = TOILET.split(",")
    cells[4], cells[12] = cells[12], cells[4]
    swapped = look(lines(TOILETS, ",".join(cells)))
    assert lost(rule, swapped) > lost(rule, look(lines(TOILETS, TOILET)))
    told = [one.message for one in swapped.check.findings if "入れ替わって" in one.message]
    assert len(told) == 2 and "所在地_連結表記" in told[0]


NURSERIES = "全国地方公共団体コード,ID,地方公共団体名,名称,所在地_連結表記,緯度,経度,電話番号,認可等年月日,"
NURSERIES += (
    "開始時間,終了時間,一時預かりの有無,URL,名称_英字,種別,所在地_全国地方公共団体コード,町字ID,所在地_都道府県,"
)
NURSERIES += "所在地_市区町村,所在地_町字,所在地_番地以下,建物名等(方書),高度の種別,高度の値,法人番号,郵便番号"
NURSERY = "271403,{n},大阪府堺市,{n}番保育園,大阪府堺市堺区{n}-1,34.5733{n:02},135.4829{n:02},072-233-11{n:02},"
NURSERY += "2020-04-{n:02},07:00,19:30,有,https://www.city.sakai.lg.jp/{n}.html,Nursery {n},保育所,"
NURSERY += "271403,0001-001,大阪府,堺市堺区,南瓦町,{n}-1,,,,3000020271403,590-0078"


def nurseries(*moved, **instead):
    """A list of nurseries: (to, from) puts the values of one column into another, c8="…" a text into all rows."""
    cells, filled = NURSERY.split(","), NURSERY.split(",")
    for there, here in moved:
        cells[there] = filled[here]
    for column, text in instead.items():
        cells[int(column[1:])] = text
    found = look(lines(NURSERIES, ",".join(cells))).check
    assert found.standard.id == "05" and len(found.standard.columns_matched) == 26
    return found.findings


def contents(*moved, **instead):
    """The columns that are told to hold what their names do not say, and whether as swapped ones."""
    found = [one for one in nurseries(*moved, **instead) if one.rule == "columns-of-the-standard" and one.column]
    assert all(one.severity == "error" and one.row == 1 for one in found)
    return {one.cell: "入れ替わって" in one.message for one in found}


def test_columns_are_swapped_where_the_one_holds_what_the_other_lacks():
    assert contents() == {}
    assert contents((4, 7), (7, 4)) == {"E1": True, "H1": True}
    assert contents((4, 7), (7, 8), (8, 4)) == {"E1": True, "H1": True, "I1": True}
    assert contents((8, 11), (11, 8)) == {"I1": True, "L1": True}


@pytest.mark.parametrize(
    "instead",
    [
        {"c11": "○"},
        {"c11": "1"},
        {"c8": "29679"},
        {"c10": "1900-01-01"},
        {"c9": "9:00", "c8": "2024/4/{n}"},
        {"c7": "有"},
    ],
    ids=str,
)
def test_what_is_written_otherwise_is_not_swapped(instead):
    assert contents(**instead) == {}


def test_a_column_of_another_kind_of_values_is_told_where_nothing_else_tells_it():
    assert contents((4, 12)) == {"E1": False}  # the page in place of the address


def test_yes_and_no_where_a_cell_is_one_or_blank_are_not_swapped():
    header = "NO,名称,名称_カナ,住所,緯度,経度,市区町村コード,災害種別_洪水,災害種別_高潮,災害種別_地震,災害種別_津波,"
    header += "指定避難所との重複"
    row = "{n},館{n},カン,大阪府堺市堺区{n}-1,34.5733{n:02},135.4829{n:02},271403,1,1,1,1,"
    found = look(lines(header, row + "無")).check
    assert found.standard.id == "03" and [one.cell for one in found.findings if one.severity == "error"] == []
    assert found.counts["values-in-the-vocabulary"].places == 12


@pytest.mark.parametrize(("value", "iso"), [("29679", "1981-04-03"), ("45383.5", "2024-04-01")])
def test_days_that_a_spreadsheet_counts_are_told_as_such(value, iso):
    other = look(lines("名称,許可年月日", f"館{{n}},{value}")).check.findings
    for found in (nurseries(c8=value), other):
        told = [one for one in found if one.rule == "dates-are-iso"]
        assert len(told) == 12 and told[0].value == value
        assert "通し番号" in told[0].message and f"「{iso}」" in told[0].fix


@pytest.mark.parametrize(("column", "value"), [("棟番号", "45383"), ("利用者数/日", "45383"), ("開設日", "2024")])
def test_numbers_are_not_taken_for_days(column, value):
    assert "dates-are-iso" not in look(lines(f"名称,{column}", f"館{{n}},{value}")).check.counts


@pytest.mark.parametrize(
    ("value", "shown"), [("1900-01-01", "24:00"), ("1900-01-01T01:30:00", "25:30"), ("1899-12-31", "24:00")]
)
def test_midnight_that_a_spreadsheet_keeps_as_a_day_is_told_as_such(value, shown):
    told = [one for one in nurseries(c10=value) if one.rule == "times-are-hhmm"]
    assert len(told) == 12 and shown in told[0].message and "[hh]:mm" in told[0].fix


@pytest.mark.parametrize(
    ("column", "value", "western"),
    [
        ("年月", "R5.{n}", "2023-01"),
        ("年月", "Ｒ５．{n}", "2023-01"),
        ("年度", "H{n}", "1989"),
        ("年度", "令和{n}年度", "2019"),
        ("調査時点", "S50.4.{n}現在", "1975-04-01"),
        ("いつ", "令和5年{n}月末", "2023"),
        ("いつ", "R5.{n}", "2023-01"),
        ("駅ナンバリング", "M{n}", None),  # 御堂筋線
        ("日本橋からの駅", "M{n}", None),
        ("号棟", "S{n}", None),
        ("建築年の型", "H{n}01", None),
        ("件名", "令和7年度八尾市一般会計補正予算(第{n}号)", None),
        ("題名", "平成{n}年の人口", None),
        ("年度", "2024(R{n})", None),
    ],
)
def test_years_of_eras_are_told_in_columns_of_time_and_not_in_titles(column, value, western):
    rows = "\r\n".join([f"番号,{column}", *(f"{n},{value.format(n=n)}" for n in range(1, 13))])
    found = [one for one in look(rows.encode()).check.findings if one.rule == "time-is-western"]
    assert [one.cell for one in found] == ([f"B{row}" for row in range(2, 14)] if western else [])
    assert western is None or f"「{western}」" in found[0].fix


@pytest.mark.parametrize("value", ["昭和52年4月1日", "S52.4.1", "Ｓ52/4/1"])
def test_a_date_of_an_era_is_told_once_with_what_to_write(value):
    found = [one for one in look(lines(c5=value)).check.findings if one.cell == "F7"]
    assert [one.rule for one in found] == ["dates-are-iso"]
    assert "和暦" in found[0].message and "「1977-04-01」" in found[0].fix


TOTAL = "合計" + "," * 8 + "12,12" + "," * 3 + "\r\n"


def all_told(content, **asked):
    """What is said of a file beside what the reader says."""
    return [(one.rule, one.cell) for one in look(content, **asked).check.findings]


@pytest.mark.parametrize("at", [2, 6, 13])
def test_a_row_of_totals_is_to_be_deleted_and_not_to_be_filled_in(at):
    rows = lines(TOILETS, TOILET).decode().splitlines(keepends=True)
    with_total = "".join([*rows[:at], TOTAL, *rows[at:]]).encode()
    assert all_told(with_total) == all_told(lines(TOILETS, TOILET))
    found = look(with_total)
    assert [one.row for one in found.reading.findings if one.rule == "total-row"] == [at + 1]
    assert found.check.rows_conforming == 12 and lost("data-is-not-fragmented", found) > 0


def test_rows_beside_totals_are_looked_at_as_before():
    rows = lines(TOILETS, TOILET, c12="あり").decode() + TOTAL + TOILET.format(n=3) + "\r\n"
    assert ("values-in-the-vocabulary", "M7") in all_told(rows.encode())
    assert ("ids-are-unique", "B15") in all_told(rows.encode())
    gap = rows.replace(TOTAL, TOTAL + "\r\n")
    assert ("data-is-not-fragmented", None) in all_told(gap.encode())


def test_a_table_of_totals_is_a_table():
    rows = "地域,人数,面積\r\n" + "".join(f"{n}区計,{n}人,{n}.5\r\n" for n in range(1, 9))
    assert ("numbers-are-numbers", "B2") in all_told(rows.encode())


def test_more_totals_than_are_listed_are_passed_over():
    rows = "区,町,人数\r\n" + "".join(f"{n}区,甲,{n}\r\n{n}区,乙,{n}\r\n小計,0,{n}人\r\n" for n in range(60))
    assert "numbers-are-numbers" not in {rule for rule, _ in all_told(rows.encode())}


def test_missing_and_renamed_columns_of_the_standard_cost_points():
    rule = "columns-of-the-standard"
    short = look(lines(TOILETS.replace("設置位置", "場所の説明"), TOILET))
    assert lost(rule, short) > lost(rule, look(lines(TOILETS, TOILET)))
    assert "設置位置" in next(
        one.message for one in short.check.findings if one.severity == "warning" and one.rule == rule
    )


@pytest.mark.parametrize(
    ("rule", "bad", "good", "name"),
    [
        ("cells-are-not-merged", workbook(lambda sheet: sheet.merge_cells("A3:A4")), workbook(), "a.xlsx"),
        ("no-objects-on-sheets", with_picture(), workbook(), "a.xlsx"),
        ("no-objects-on-sheets", workbook(chart), workbook(), "a.xlsx"),
        ("no-objects-on-sheets", workbook(comment), workbook(), "a.xlsx"),
        ("formulas-are-values", workbook(formula), workbook(), "a.xlsx"),
        ("fields-are-quoted", GOOD.replace("3番".encode(), '3"番'.encode()), GOOD, "a.csv"),
        ("file-is-a-table", b"%PDF-1.7\n", GOOD, "a.csv"),
        ("encoding-is-utf-8", GOOD.decode().encode("cp932"), GOOD, "a.csv"),
        ("format-is-the-declared-one", workbook(), GOOD, "a.csv"),
        ("header-is-one-row", "施設の一覧\r\n\r\n".encode() + GOOD, GOOD, "a.csv"),
        ("rows-are-even", GOOD + "余り,,\r\n".encode(), GOOD, "a.csv"),
    ],
)
def test_what_the_reader_of_a_file_finds_costs_points(rule, bad, good, name):
    assert lost(rule, look(bad, name)) > 0
    assert lost(rule, look(good, name)) == 0


def test_a_file_that_is_gone_a_second_registration_and_an_old_content_cost_points():
    file = look(GOOD)
    assert lost("file-answers", replace(file, link=Link("gone"))) == 1 and lost("file-answers", file) == 0
    twice = Evidence("d", (file, replace(file, id="b")))
    assert whole(twice, BOOK).share("files-have-addresses-of-their-own") == 1
    assert whole(Evidence("d", (file,)), BOOK).share("files-have-addresses-of-their-own") == 0
    fresh = replace(file, change=Change("2026-10-01", "2025-01-01", ("2026-10-01",)))
    kept = Evidence("d", (fresh,), "2026-11-01", Pace(declared=366))
    assert whole(kept, BOOK).share("content-changes-in-its-period") == 0
    assert whole(replace(kept, day="2028-11-01"), BOOK).share("content-changes-in-its-period") == 1


def test_all_rules_of_the_ministry_and_all_derived_checks_have_a_rule_and_a_test_here():
    keys = {row["key"] for row in data.rows("vocabularies/machine_readable_rules.csv")}
    by_key = {rule.mic: rule.slug for rule in BOOK.rules if rule.mic}
    assert by_key.keys() == keys and len(keys) == 39
    source = Path(__file__).read_text(encoding="utf-8")
    assert [slug for slug in by_key.values() if f'"{slug}"' not in source] == []


def test_a_clean_file_loses_nothing():
    assert [(part.dimension.slug, part.points) for part in alone(replace(look(GOOD), described=True), BOOK)] == [
        ("reachable", 10.0), ("readable", 15.0), ("structure", 20.0), ("conformance", 25.0)
    ]  # fmt: skip
    assert look(GOOD).check.rows_conforming == 12
