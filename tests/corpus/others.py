"""Maps, JSON, containers, and what is no table at all."""

from __future__ import annotations

import gzip
import json

from tests.corpus.books import ROWS
from tests.corpus.formats import (
    JGD2011,
    TOKYO,
    Sheet,
    dbf,
    kml,
    ods,
    placemark,
    plane_6,
    polygons,
    shapefile,
    shp,
    xlsx,
    zipped,
    zipped_cp932,
)
from tests.corpus.texts import TABLE

_PLACES = [("北区役所", 135.510161, 34.705189), ("西区役所", 135.48619, 34.676261)]
_POINTS = "".join(placemark(name, x, y, 区=name[:2]) for name, x, y in _PLACES)
_DBF = dbf([("名称", "C", 20), ("人口", "N", 6)], [("北区役所", "100"), ("西区役所", "200")])
_SHP = shp([(x, y) for _, x, y in _PLACES])
_METRES = shp([(-44861.0, -143519.0), (-47077.0, -146715.0)])
_RING = [(135.0, 34.0), (135.0, 35.0), (136.0, 35.0), (136.0, 34.0), (135.0, 34.0)]
_CSV = TABLE.encode()
_SQUARE = [[[135, 34], [136, 34], [136, 35], [135, 34]]]


def _zip(parts: dict[str, bytes]) -> bytes:
    return zipped(parts)


def _geojson(*geometries: object, **more: object) -> bytes:
    features = [
        {"type": "Feature", "properties": {"名称": f"施設{place}"}, "geometry": geometry}
        for place, geometry in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}, ensure_ascii=False).encode()


def _point(x: float, y: float) -> dict[str, object]:
    return {"type": "Point", "coordinates": [x, y]}


def _rows(said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


_RECORDS = [{"区": "北区", "人口": 100}, {"区": "西区", "人口": 200}]

MAPS: dict[str, bytes] = {
    "points.geojson": _geojson(_point(135.5, 34.7), _point(135.4, 34.6)),
    "polygon.geojson": _geojson({"type": "Polygon", "coordinates": _SQUARE}),
    "ring-open.geojson": _geojson({"type": "Polygon", "coordinates": [[[135, 34], [136, 34], [136, 35]]]}),
    "no-geometry.geojson": _geojson(_point(135.5, 34.7), None),
    "metres.geojson": _geojson(_point(-44861, -143519)),
    "no-features.geojson": _geojson(),
    "cut.geojson": _geojson(_point(135.5, 34.7))[:-20],
    "cp932.geojson": _geojson(_point(135.5, 34.7)).decode().encode("cp932"),
    "named-json.json": _geojson(_point(135.5, 34.7)),
    "points.kml": kml(_POINTS),
    "points-cp932.kml": kml(_POINTS, encoding="shift_jis"),
    "link.kml": kml(f"<NetworkLink><Link><href>http://192.0.2.1/x.kml</href></Link></NetworkLink>{_POINTS}"),
    "doctype.kml": kml(_POINTS, head='<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/hostname">]>'),
    "cut.kml": kml(_POINTS)[:-30],
    "points.kmz": _zip({"doc.kml": kml(_POINTS), "files/icon.png": b"\x89PNG"}),
    "kml-named.xml": kml(_POINTS),
    "points-degrees.zip": _zip(shapefile("役所", _SHP, _DBF, JGD2011, "SJIS")),
    "points-plane-6.zip": _zip(shapefile("役所", _METRES, _DBF, plane_6(), "SJIS")),
    "points-plane-6-jgd2000.zip": _zip(shapefile("役所", _METRES, _DBF, plane_6("JGD_2000"), "SJIS")),
    "points-tokyo-datum.zip": _zip(shapefile("役所", _SHP, _DBF, TOKYO, "SJIS")),
    "points-without-prj.zip": _zip(shapefile("役所", _SHP, _DBF, None, "SJIS")),
    "points-without-cpg.zip": _zip(shapefile("役所", _SHP, _DBF, JGD2011)),
    "points-wrong-cpg.zip": _zip(shapefile("役所", _SHP, _DBF, JGD2011, "UTF-8")),
    "points-without-dbf.zip": _zip({"役所.shp": _SHP, "役所.prj": JGD2011.encode()}),
    "text-cut-in-dbf.zip": _zip(
        shapefile("役所", shp([(135.5, 34.7)]), dbf([("名称", "C", 9)], [("大阪市役所",)]), JGD2011, "SJIS")
    ),
    "polygon-shapefile.zip": _zip(
        shapefile("区", polygons([_RING]), dbf([("名称", "C", 8)], [("北区",)]), JGD2011, "SJIS")
    ),
    "two-shapefiles.zip": _zip(
        shapefile("a", _SHP, _DBF, JGD2011, "SJIS") | shapefile("b", _SHP, _DBF, JGD2011, "SJIS")
    ),
    "alone.shp": _SHP,
    "cut-shapefile.zip": _zip(shapefile("役所", _SHP[:120], _DBF, JGD2011, "SJIS")),
}

JSONS: dict[str, bytes] = {
    "rows.json": _rows(_RECORDS),
    "records.json": _rows({"records": _RECORDS}),
    "nested-records.json": _rows({"result": {"total": 2, "records": _RECORDS}}),
    "arrays.json": _rows([["区", "人口"], ["北区", 100], ["西区", 200]]),
    "uneven-rows.json": _rows([{"区": "北区", "人口": 100}, {"区": "西区", "世帯": 90}]),
    "one-thing.json": _rows({"名称": "大阪市", "人口": 2_750_000}),
    "numbers.json": b"[1, 2, 3]",
    "cut-rows.json": _rows(_RECORDS)[:-10],
    "rows-cp932.json": _rows(_RECORDS).decode().encode("cp932"),
    "rows-utf-16.json": _rows(_RECORDS).decode().encode("utf-16"),
    "json-lines.jsonl": b"".join(_rows(each) + b"\n" for each in _RECORDS),
    "json-named.csv": _rows(_RECORDS),
}

CONTAINERS: dict[str, bytes] = {
    "one-csv.zip": _zip({"人口.csv": _CSV}),
    "one-xlsx.zip": _zip({"人口.xlsx": xlsx(Sheet("表", ROWS))}),
    "one-ods.zip": _zip({"人口.ods": ods(Sheet("表", ROWS))}),
    "name-in-cp932.zip": zipped_cp932({"人口一覧.csv": _CSV}),
    "csv-and-readme.zip": _zip({"人口.csv": _CSV, "はじめに.txt": "説明".encode()}),
    "two-csv.zip": _zip({"a.csv": _CSV, "b.csv": _CSV}),
    "pictures.zip": _zip({"a.jpg": b"\xff\xd8\xff", "b.jpg": b"\xff\xd8\xff"}),
    "nested.zip": _zip({"inner.zip": _zip({"a.csv": _CSV})}),
    "climbs-out.zip": _zip({"../../a.csv": _CSV}),
    "cut.zip": _zip({"a.csv": _CSV})[:-30],
    "no-files.zip": _zip({}),
    "many-files.zip": _zip({f"{place}.txt": b"" for place in range(2100)}),
    "zip-named.csv": _zip({"a.csv": _CSV}),
    "csv-named.zip": _CSV,
    "gzip.csv.gz": gzip.compress(_CSV, mtime=0),
}

NO_TABLES: dict[str, bytes] = {
    "scan.pdf": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n",
    "pdf-named.csv": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n",
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "picture.jpg": b"\xff\xd8\xff\xe0" + bytes(20),
    "picture.svg": b'<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    "letter.docx": zipped({"word/document.xml": "<w/>"}),
    "letter.rtf": b"{\\rtf1}",
    "page.html": "<!DOCTYPE html><html><body>ようこそ</body></html>".encode(),
    "login-named.csv": "<!DOCTYPE html><html><title>ログイン</title><form></form></html>".encode(),
    "login-named.xlsx": "<html><title>ログイン</title><form></form></html>".encode(),
    "graph.ttl": b"@prefix dcat: <http://www.w3.org/ns/dcat#> .\n<a> a dcat:Dataset .\n",
    "feed.xml": b"<?xml version='1.0'?><rss><channel/></rss>",
    "noise.csv": bytes(range(256)) * 16,
    "base.sqlite": b"SQLite format 3\x00" + bytes(100),
    "letter-in-text.txt": "市民の皆さまへ\n平素より市政にご協力をいただき、ありがとうございます。\n敬具\n".encode(),
}
