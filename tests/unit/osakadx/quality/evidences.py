"""Evidence for tests of the score: files as the reader really reads them, and hypothesis strategies of them."""

from dataclasses import replace

from hypothesis import strategies as st
from osakadx.quality.evidence import Evidence, File, Link, Reading
from osakadx.tables.read import read

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
