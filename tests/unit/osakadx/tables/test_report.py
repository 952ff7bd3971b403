from osakadx.tables.read import read
from osakadx.tables.report import lines


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
    assert report[6] == "  指摘: エラー 2、注意 4"
    assert report[7].startswith("  [エラー] 5 行目: この行は 1 列で、")
    assert report[8] == "      同じ指摘: 6 行目"
    assert report[9].startswith("      直し方: ")
    assert any(line.startswith("  [注意] C2: 項目名が空") for line in report)


def test_a_clean_file_has_no_findings():
    assert list(lines(read("区,人口\n北区,100\n西区,200\n".encode(), "a.csv")))[-1] == "  指摘はありません。"


def test_many_places_are_counted():
    report = "\n".join(lines(read(b"a,b,c\n" + b"1,2\n" * 60, "a.csv")))
    assert "ほか 14 か所" in report
    assert "同じ指摘が 60 か所あります" in report


def test_what_cannot_be_read_says_so():
    assert list(lines(read(b"%PDF-1.4", "a.pdf")))[1] == "  PDF、8 バイト"
