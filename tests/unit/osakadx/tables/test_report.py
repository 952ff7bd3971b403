from dataclasses import replace

from osakadx.tables.findings import found
from osakadx.tables.read import read
from osakadx.tables.report import groups, lines, spots


def test_a_report_says_what_where_and_how_to_mend():
    text = "人口の表\n区,人口,\n北区,100,x\n西区,200,y\n港区\n大正区\n合計,300,z\n".encode("cp932")
    report = list(lines(read(text, "人口.csv")))
    assert report[:6] == [
        "■ 人口.csv",
        f"  CSV、Shift_JIS(CP932)、改行 LF、{len(text)} バイト",
        "  表「人口」: 5 行 × 3 列",
        "    項目名は 2 行目",
        "    データは 3 行目から",
        "    区、人口、(空)",
    ]
    told = report[report.index("  指摘: エラー 2、注意 4") + 1 :]
    assert told[0].startswith("  [エラー] 5 行目: この行は 1 列で、")
    assert told[1] == "      同じ指摘: 6 行目"
    assert told[2].startswith("      直し方: ")
    assert any(line.startswith("  [注意] C2: 項目名が空") for line in report)


def test_a_clean_file_has_no_findings():
    assert list(lines(read("区,人口\n北区,100\n西区,200\n".encode(), "a.csv")))[-1] == "  指摘はありません。"


def test_many_places_are_counted():
    report = "\n".join(lines(read(b"a,b,c\n" + b"1,2\n" * 60, "a.csv")))
    assert "ほか 14 か所" in report
    assert "同じ指摘が 60 か所あります" in report


def test_what_cannot_be_read_says_so():
    assert list(lines(read(b"%PDF-1.4", "a.pdf")))[1] == "  PDF、8 バイト"
    assert list(lines(read(b"", "a.csv")))[1] == "  空のファイル、0 バイト"


def test_the_corner_of_the_sheet_is_drawn_with_its_letters_and_numbers():
    report = list(lines(read("人口の表\n区,人口\n北区,100\n西区,200\n".encode(), "a.csv")))
    assert report[5:10] == [
        "    区、人口",
        "          A        B",
        "    !   1|人口の表|    |",
        "     *  2|区      |人口|",
        "        3|北区    |100 |",
    ]


def test_findings_of_others_stand_beside_those_of_the_reading():
    reading = read("区,人口\n北区,100\n西区,200\n".encode(), "a.csv")
    other = found("header-empty", row=1, column=2)
    assert any("B1: 項目名が空" in line for line in lines(reading, [other]))


def test_what_is_mended_alike_is_told_together_with_what_to_write_in_each_place():
    fixes = {"B2": "「06-1」のように書き直してください。", "B3": "「06-2」のように書き直してください。"}
    told = [
        replace(found("header-empty", row=int(cell[1]), column=2, value=cell), rule="phones-are-plain", fix=fix)
        for cell, fix in fixes.items()
    ]
    (alike,) = groups(told)
    assert spots(alike, values=True) == ["B2(B2) → 「06-1」", "B3(B3) → 「06-2」"]
    assert spots([replace(one, fix="同じ「形」に。") for one in told]) == ["B2", "B3"]
    assert spots([]) == []
