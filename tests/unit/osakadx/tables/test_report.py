from osakadx.tables.findings import found
from osakadx.tables.read import read
from osakadx.tables.report import lines, page


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
    assert "指摘はありません" not in page([(reading, [other])])


def test_a_page_says_the_same_and_escapes_what_a_file_says():
    text = "区<b>alert</b>,人口\u202e\n北区&,100\n西区,200\n合計,300\n"
    reading = read(text.encode(), '"><img src=x onerror=1>.csv')
    told = page([(reading, ()), (read(b"%PDF-1.4", "a.pdf"), ())])
    assert "<b>" not in told and "<img" not in told and "\u202e" not in told
    assert "区&lt;b&gt;alert&lt;/b&gt;" in told and "北区&amp;" in told
    assert '<td class="names">' in told and '<td class="told">合計' in told
    assert told.count("<section>") == 2
    assert "http" not in told and "src=" not in told.replace("&lt;img src=x", "")
