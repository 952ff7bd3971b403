"""Evidence for tests of the score: files as the reader really reads them, and hypothesis strategies of them."""

from dataclasses import replace

from hypothesis import strategies as st
from osakadx.quality.check import Asked, check
from osakadx.quality.evidence import Answers, Change, Evidence, File, Identity, Link, Metadata, Pace, Reading
from osakadx.tables.read import read
from osakadx.vocab import municipality_of

HEADER = "名称,所在地,緯度,経度\r\n"
ROW = "市民会館{n},大阪市北区中之島{n}丁目,34.6{n:03},135.5{n:03}\r\n"


def csv(rows=20, *, encoding="utf-8", header=HEADER, row=ROW):
    return (header + "".join(row.format(n=n) for n in range(rows))).encode(encoding)


def file(id="a", data=None, *, name="shisetsu.csv", url=None, verdict="ok", format="CSV", reason=""):
    """A file that was fetched and read, from its real bytes."""
    data = csv() if data is None else data
    reading = read(data, name, declared=format)
    answered = verdict in ("ok", "moved")
    return File(
        id=id,
        name=name,
        url=url or f"https://data.example.jp/{id}/{name}",
        format=format,
        link=Link(
            verdict,
            reason=reason,
            url=url or f"https://data.example.jp/{id}/{name}",
            status=200 if answered else None,
            size=len(data) if answered else None,
            sha256=reading.sha256 if answered else "",
        ),
        reading=Reading.from_dict(reading.as_dict()) if answered else None,
    )


def evidence(*files):
    return Evidence("dataset", tuple(files))


TOILETS = (
    "全国地方公共団体コード,ID,地方公共団体名,名称,所在地_連結表記,設置位置,緯度,経度,男性トイレ総数,女性トイレ総数,"
)
TOILETS += "男女共用トイレ総数,バリアフリートイレ数,車椅子使用者用トイレ有無,電話番号,供用開始日,名称_カナ,名称_英語,"
TOILETS += "所在地_全国地方公共団体コード,所在地_都道府県,所在地_市区町村,所在地_町字,所在地_番地以下,"
TOILETS += "乳幼児用設備設置トイレ有無,オストメイト設置トイレ有無,利用開始時間,利用終了時間,画像,画像_ライセンス"
TOILET = "271403,{n},大阪府堺市,公園{n},大阪府堺市堺区南瓦町{n},入口{n},34.5733{n:02},135.4829{n:02},{n},1,0,1,有,"
TOILET += "072-233-11{n:02},2020-04-{n:02},コウエン,Park {n},271403,大阪府,堺市堺区,南瓦町,{n},無,無,09:00,17:30,,"


def toilets(id="a", rows=20, *, encoding="utf-8", columns=None, municipality="堺市", **cells):
    """A list of toilets in the standard's form, checked; c3="…" changes the fourth column of the fifth row."""
    written = [TOILET.format(n=n).split(",") for n in range(1, rows + 1)]
    for column, text in cells.items():
        written[4][int(column[1:])] = text
    for name, text in (columns or {}).items():
        written[4][TOILETS.split(",").index(name)] = text
    data = "\r\n".join([TOILETS, *(",".join(row) for row in written)]).encode(encoding)
    return checked(id, data, municipality=municipality)


def checked(id, data, *, name=None, municipality="堺市", **values):
    """A file of these bytes that was fetched, read and checked."""
    name = name or f"{id}.csv"
    one = file(id, data, name=name, format=name.rpartition(".")[2].upper(), **values)
    reading = read(data, name)
    found = check(reading, Asked(municipality=municipality_of(municipality), day=DAY)) if reading.tables else None
    return replace(
        one,
        reading=one.reading and replace(one.reading, check=found),
        change=Change("2026-06-01", "2024-01-01", ("2026-06-01",)),
        identity=Identity("2024-01-01"),
        described=True,
    )


DAY = "2026-11-01"
WORDS = Metadata(
    license="CC BY 4.0", title="公衆トイレ一覧", contact="park@city.example.jp", contact_state="confirmed",
    description="堺市の公園にある公衆トイレの所在地、便器の数、車椅子での利用の可否を、毎年4月に調べたものです。",
    temporal=True, spatial=True,
)  # fmt: skip


def full(*files, **values):
    """A data set of which everything is known; the best there is unless told otherwise."""
    known = {"day": DAY, "pace": Pace(declared=366), "metadata": WORDS, "answers": Answers(4, 4, 0)} | values
    return Evidence("dataset", files or (toilets(),), **known)


_PIECES = {
    "clean": csv(20),
    "cp932": csv(30, encoding="cp932"),
    "tiny": csv(1),
    "large": csv(400),
    "ragged": csv(20) + "余り,,,,\r\n".encode(),
    "titled": "施設の一覧\r\n\r\n".encode() + csv(20),
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"0" * 4000,
    "page": b"<!DOCTYPE html><html><body>login</body></html>",
    "empty": b"",
    "header only": HEADER.encode(),
}
_FILES = {name: file(name, data) for name, data in _PIECES.items()}
_BROKEN = file("gone", verdict="gone", reason="404")
_WAITING = replace(_BROKEN, link=None)


@st.composite
def files(draw):
    """One file of any of these kinds, fetched, broken or waiting, under an id and address of its own."""
    kind = draw(st.sampled_from([*_FILES.values(), _BROKEN, _WAITING]))
    number = draw(st.integers(0, 10**6))
    address = f"https://data.example.jp/{number}"
    link = kind.link and replace(kind.link, url=address, sha256=kind.link.sha256 and str(number))
    return replace(kind, id=str(number), name=f"{number}.csv", url=address, link=link)


data_sets = st.lists(files(), max_size=6, unique_by=lambda one: one.id).map(lambda found: evidence(*found))
