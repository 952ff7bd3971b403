"""The page of `osakadx read` and `osakadx check`, as a browser and a screen reader take it."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.quality.checked import checked
from osakadx.tables.page import Told, _steps, page
from osakadx.tables.read import read

TITLED = "人口の表\n区,人口,\n北区,100,x\n西区,200,y\n港区\n大正区\n合計,300,z\n".encode("cp932")
EVIL = '"><script>alert(1)</script><img src=x onerror=1>\u202e'
VOID = {"meta", "br", "img"}


class Tree(HTMLParser):
    """Checks that elements are closed in order, and collects them with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def reading(content, name="人口.csv"):
    one = read(content, name)
    return Told(one, one.findings)


def test_findings_stand_in_the_sheet_and_lead_to_how_they_are_mended():
    told = page([reading(TITLED)])
    assert re.search(r'<td class="error">港区</td>', told)
    assert re.search(r'<th scope="row">5 <a class="badge error" href="#f1-1"', told)
    item = told[told.index('<li id="f1-1"') :]
    assert "この行は 1 列で" in item and "場所: 5 行目、6 行目" in item and "<li>Excel で" in item


def test_every_mark_has_its_entry_and_every_table_its_headers():
    tree = Tree(page([reading(TITLED), checked_file(), reading(b"%PDF-1.4", "a.pdf")]))
    ids = {attributes.get("id") for _, attributes in tree.elements}
    assert {link["href"][1:] for link in tree.all("a")} <= ids
    assert tree.all("html") == [{"lang": "ja"}] and len(tree.all("section")) == 3
    assert all(cell.get("scope") in ("row", "col") for cell in tree.all("th"))
    assert [tag for tag, _ in tree.elements if tag in ("script", "img", "link", "iframe", "form")] == []


def checked_file():
    rows = "".join(f"{n},会館{n},06-6941-03{n},2024/4/{n}\n" for n in range(10, 29))
    return checked(("ID,名称,電話番号,開設日\n" + rows).encode(), "a.csv").told()


def test_what_was_checked_has_its_grade_and_points_and_what_was_only_read_has_none():
    told = page([checked_file()])
    assert '<p class="grade A">' in told and "標準と書式" in told and "19 行のうち 0 行" in told
    assert "評価" not in page([reading(TITLED)])


def test_places_below_the_corner_are_shown_with_what_was_seen_there():
    told = page([checked_file()])
    assert "2024/4/10" in told
    late = page([checked(("名称,人数\n" + "甲,1\n" * 20 + "乙,二\n" + "丙,3\n" * 20).encode(), "a.csv").told()])
    assert '<tr class="gap">' in late and re.search(r'<th scope="row">22</th>.*?<td class="warning">二 <a', late)


def test_an_error_that_keeps_the_grade_down_is_explained():
    content = ("名称,人数\n" + "".join(f"館{n},{n}\n" for n in range(40)) + "館41,41,余り\n").encode()
    assert "エラーがある間は B になります" in page([checked(content, "a.csv").told()])


def test_a_file_without_findings_says_so():
    assert "指摘はありません" in page([reading("区,人口\n北区,100\n西区,200\n".encode())])


def test_nothing_of_a_file_becomes_markup_and_nothing_is_fetched():
    content = f"名称,人数\n{EVIL},1人\n甲,2\n乙,3\n合計,6\n".encode()
    told = page([checked(content, f"{EVIL}.csv").told(), reading(content, f"{EVIL}.csv")])
    tree = Tree(told)
    assert tree.all("script") == tree.all("img") == [] and "\u202e" not in told
    assert "&lt;script&gt;" in told
    assert "default-src 'none'" in told and "url(" not in told and "@import" not in told
    assert all(link["href"].startswith("#") for link in tree.all("a"))


cells = st.text(st.sampled_from("<>&\"'甲1,\u202e\x1b 　"), max_size=8)


@given(st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=6), cells)
def test_any_cells_and_names_make_a_page_that_is_well_formed(rows, name):
    content = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows).encode()
    tree = Tree(page([reading(content, name)]))
    assert {tag for tag, _ in tree.elements} <= KNOWN


BLOCKS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "h1",
    "h2",
    "h3",
    "section",
    "p",
    "div",
    "ol",
    "ul",
    "li",
}
KNOWN = BLOCKS | {"table", "caption", "thead", "tbody", "tr", "th", "td", "strong", "span", "b", "a"}


@pytest.mark.parametrize(
    ("fix", "steps"),
    [
        ("甲を開く。乙を閉じる。", ["甲を開く。", "乙を閉じる。"]),
        ("「保存。」を押す(戻すときは消す。)。", ["「保存。」を押す(戻すときは消す。)。"]),
        ("かっこ(が閉じない。次", ["かっこ(が閉じない。", "次"]),
    ],
)
def test_a_fix_is_shown_sentence_by_sentence_and_whole(fix, steps):
    assert _steps(fix) == steps and "".join(_steps(fix)) == fix


@pytest.mark.parametrize(
    ("content", "facts"),
    [(b"", "空のファイル、0 バイト"), (b"%PDF-1.4", "PDF ファイル、8 バイト"), (b"a,b\n" * 400, "2 KB")],
)
def test_a_small_file_is_told_with_its_size(content, facts):
    assert re.search(rf'<p class="quiet">[^<]*{facts}</p>', page([reading(content)]))
