"""Where things are: latitude and longitude as a pair, municipality codes beside names and addresses.

GIF DS-444 (座標). There are no boundaries of municipalities in `schemas/`; a point is taken to lie in one when it is
near one of its offices (`vocabularies/offices.csv`), which errs on the side of saying nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from osakadx import data, vocab
from osakadx.area import area
from osakadx.quality.checks.check import Counts, Row, Table, Watch, row_check
from osakadx.quality.checks.column import Column
from osakadx.quality.checks.formats import LATITUDES, LONGITUDES
from osakadx.quality.checks.spots import Spots
from osakadx.vocab import Municipality

Point = tuple[float, float]

# The farthest that the edge of a municipality of Osaka lies from its office, by eye on a map: 能勢町 and 河内長野市
# reach about 10 km; a larger radius would take in the neighbours' neighbours.
_RADIUS_KM = 12.0
_KM_PER_DEGREE = 111.32
_MANY = 5  # so many rows at one point, of more names than one
_FEW_DECIMALS = 4
_PREFECTURE = "大阪府"
_PREFECTURES = re.compile(r"北海道|東京都|(?:京都|大阪)府|[^\d\s]{2,3}?県")


@row_check("coordinates-not-swapped")
def coordinates_not_swapped(table: Table, spots: Spots) -> Watch | None:
    """Latitude is in the band of latitudes of Japan and longitude in its own; the bands do not overlap."""
    pair = _pair(table)
    if pair is None:
        return None
    north, east = pair

    def see(rows: Sequence[Row], counts: Counts) -> set[int]:
        del counts
        bad: set[int] = set()
        spots.looked("coordinates-not-swapped", len(rows))
        for number, cells in rows:
            point = _degrees(cells[north], cells[east])
            if point and _inside(point[0], LONGITUDES) and _inside(point[1], LATITUDES):
                value = f"{cells[north].strip()}, {cells[east].strip()}"
                spots.tell("coordinates-not-swapped", row=number, column=north + 1, value=value)
                bad.add(number)
        return bad

    return Watch(see)


def _pair(table: Table) -> tuple[int, int] | None:
    north, east = table.first("latitude"), table.first("longitude")
    return None if north is None or east is None else (north.number - 1, east.number - 1)


def _degrees(north: str, east: str) -> Point | None:
    try:
        return float(north), float(east)
    except ValueError:
        return None


def _inside(degrees: float, band: tuple[float, float]) -> bool:
    return band[0] <= degrees <= band[1]


@row_check("coordinates-in-the-area")
def coordinates_in_the_area(table: Table, spots: Spots) -> Watch | None:
    """A place has both coordinates or none, and lies in the municipality that publishes it.

    One whose address is elsewhere is elsewhere: `addresses_are_at_home` speaks of it.
    """
    pair = _pair(table)
    if pair is None:
        return None
    north, east = pair
    rule = "coordinates-in-the-area"
    town = table.municipality or _publisher(table)
    offices = _offices().get(town.code, ()) if town else ()
    home = _home(table)
    name = next(
        (column.number - 1 for column in table.columns if re.search(r"名称$|施設名$|^name$", column.name)), None
    )

    def see(rows: Sequence[Row], counts: Counts) -> set[int]:
        del counts
        bad: set[int] = set()
        spots.looked(rule, len(rows))
        for number, cells in rows:
            written = cells[north].strip(), cells[east].strip()
            if bool(written[0]) != bool(written[1]):
                spots.tell(rule, "half", row=number, column=(east if written[0] else north) + 1)
                bad.add(number)
                continue
            point = _degrees(*written) if offices and written[0] else None
            if point is None or town is None or not (_inside(point[0], LATITUDES) and _inside(point[1], LONGITUDES)):
                continue
            near = any(_kilometres(point, office) <= _RADIUS_KM for office in offices)
            if not near and not (home is not None and not home.moved and home.leaves(cells)):
                called = cells[name] if name is not None else f"{number}行目"
                distance = round(min(_kilometres(point, office) for office in offices))
                facts: dict[str, Any] = {"name": called[:30], "area": town.name_ja, "km": distance}
                spots.tell(rule, "outside", row=number, column=north + 1, value=", ".join(written), **facts)
                bad.add(number)
        return bad

    return Watch(see)


def _publisher(table: Table) -> Municipality | None:
    """The municipality whose code stands in every row looked at."""
    column = table.first("municipality-code")
    if column is None or len(column.values) != 1:
        return None
    return vocab.municipality_of(column.values[0].strip())


@cache
def _offices() -> Mapping[str, tuple[Point, ...]]:
    """Code of a municipality → its office and those of its wards."""
    wards = {ward.code: ward.city for ward in vocab.wards()}
    found: defaultdict[str, list[Point]] = defaultdict(list)
    for row in data.rows("vocabularies/offices.csv", ("code", "latitude", "longitude")):
        found[wards.get(row["code"], row["code"])].append((float(row["latitude"]), float(row["longitude"])))
    return {code: tuple(points) for code, points in found.items()}


def _kilometres(one: Point, other: Point) -> float:
    north = (one[0] - other[0]) * _KM_PER_DEGREE
    east = (one[1] - other[1]) * _KM_PER_DEGREE * math.cos(math.radians(one[0]))
    return math.hypot(north, east)


@row_check("coordinates-in-the-area")
def places_are_apart(table: Table, spots: Spots) -> Watch | None:
    """Different places are not all at one point: what has one address, or of one name, may be."""
    pair = _pair(table)
    addresses, name = _telling_places(table)
    if pair is None or not (addresses or name):
        return None
    at: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    met: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], int] = {}

    def see(rows: Sequence[Row], counts: Counts) -> set[int]:
        del counts
        for number, cells in rows:
            point = cells[pair[0]].strip(), cells[pair[1]].strip()
            if point[0] and len(at) < 200_000:
                address = "".join(cells[place] for place in addresses).strip()
                at[point].add(hash(address or "".join(cells[place] for place in name)))
                met[point] += 1
                first.setdefault(point, number)
        return set()

    def done() -> None:
        for point, count in met.most_common(3):
            # A building holds many, but not half of a list.
            if count >= _MANY and len(at[point]) >= _MANY and count * 2 > table.rows:
                where: dict[str, Any] = {"row": first[point], "column": pair[0] + 1}
                spots.tell(
                    "coordinates-in-the-area", "same", value=", ".join(point), places=count, count=count, **where
                )

    return Watch(see, done)


def _telling_places(table: Table) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The columns (from 0) of the address, and the one that names the place (場所名称 rather than イベント名)."""
    found = [column for column in table.of_role("address") if column.spec is not None] or table.of_role("address")
    parts = [column for column in table.columns if re.search("(?:町字|番地以下|番地)$", column.name)]
    names = [
        column
        for column in table.columns
        if column.role not in ("prefecture", "municipality") and re.search(r"名称$|名$|^name$", column.name)
    ]
    names.sort(key=lambda column: re.search("場所|会場|施設", column.name) is None)
    # One address says where; the parts of it do so only together.
    return tuple(column.number - 1 for column in found[:1] or parts), tuple(one.number - 1 for one in names[:1])


@row_check("coordinates-are-precise")
def coordinates_are_precise(table: Table, spots: Spots) -> Watch | None:
    """Degrees have enough decimals to find a building: six, four are within about ten metres."""
    for column in table.of_role("latitude", "longitude"):
        decimals = sorted(len(value.strip().partition(".")[2]) for value in column.values if _number(value))
        if len(decimals) < 3:
            continue
        spots.looked("coordinates-are-precise")
        median = decimals[len(decimals) // 2]
        if median < _FEW_DECIMALS:
            where: dict[str, Any] = {"row": table.header_row, "column": column.number}
            spots.tell("coordinates-are-precise", column_name=column.shown, count=median, **where)
    return None


def _number(value: str) -> bool:
    return re.fullmatch(r"\s*\d{2,3}(?:\.\d+)?\s*", value) is not None


@row_check("code-fits-the-name")
def code_fits_the_name(table: Table, spots: Spots) -> Watch | None:
    """The code of a municipality is that of the name beside it, and of who publishes the file."""
    column, named = table.first("municipality-code"), table.first("municipality")
    if column is None:
        return None
    place, town = column.number - 1, table.municipality
    name_place = named.number - 1 if named is not None and named.number != column.number else None

    def see(rows: Sequence[Row], counts: Counts) -> set[int]:
        del counts
        bad: set[int] = set()
        spots.looked("code-fits-the-name", len(rows))
        for number, cells in rows:
            code = cells[place].strip()
            known = area(code)
            if known is None or known.label.endswith(("都", "道", "府", "県")):
                continue  # the standard allows the code of the prefecture beside the name of a town
            name = cells[name_place].strip() if name_place is not None else ""
            facts: dict[str, Any] = {"known": known.label, "name": name, "column_name": column.shown}
            if town is not None and not _same_town(code, town.code):
                facts |= {"area": town.name_ja, "code": town.code}
                spots.tell("code-fits-the-name", "other", row=number, column=place + 1, value=code, **facts)
                bad.add(number)
            elif name and not _fits(known.label, name):
                spots.tell("code-fits-the-name", "name", row=number, column=place + 1, value=code, **facts)
                bad.add(number)
        return bad

    return Watch(see)


def _same_town(code: str, town: str) -> bool:
    """A ward and the prefecture are not another town."""
    wards = {ward.code: ward.city for ward in vocab.wards()}
    return wards.get(code, code) == town or code == vocab.PREFECTURE


def _fits(known: str, name: str) -> bool:
    short = re.sub(r"[市区町村]$", "", known)
    return known in name or name in known or short in name


@row_check("code-fits-the-name")
def addresses_are_at_home(table: Table, spots: Spots) -> Watch | None:
    """Places are in the municipality that publishes them: another town's file does not become ours by its code."""
    home = _home(table)
    if home is None:
        return None
    column, area = home.column, home.town.name_ja
    case, places = ("address", 1) if home.moved else ("away", 0)

    def see(rows: Sequence[Row], counts: Counts) -> set[int]:
        del counts
        told: set[int] = set()
        spots.looked("code-fits-the-name", len(rows))
        for number, cells in rows:
            if home.leaves(cells):
                where: dict[str, Any] = {"row": number, "column": column.number, "places": places}
                value = cells[column.number - 1].strip()
                spots.tell("code-fits-the-name", case, value=value, area=area, column_name=column.shown, **where)
                told.add(number)
        return told if home.moved else set()

    return Watch(see)


@dataclass(frozen=True)
class _Home:
    """Where a list says that its places are, beside the municipality that publishes it."""

    column: Column
    town: Municipality
    others: re.Pattern[str]
    sample: Sequence[Sequence[str]]

    def leaves(self, cells: Sequence[str]) -> bool:
        """Say whether the address of a row is in another municipality."""
        address = cells[self.column.number - 1].strip()
        found = _PREFECTURES.match(address)
        rest = address[found.end() :] if found else address
        rest = re.sub(r"^[^市区町村]{1,4}郡", "", rest)
        abroad = found is not None and found[0] != _PREFECTURE
        return not rest.startswith(self.town.name_ja) and (abroad or self.others.match(rest) is not None)

    @cached_property
    def moved(self) -> bool:
        """Whether most places are elsewhere: a town has a house or two there, but a list of them is another town's."""
        filled = [cells for cells in self.sample if cells[self.column.number - 1].strip()]
        return sum(map(self.leaves, filled)) * 2 > len(filled)


def _home(table: Table) -> _Home | None:
    """None for what is no list of places of the standard, and where nobody knows who publishes it.

    Lists of the standard without coordinates are not of places: their addresses are those of bidders or of a desk.
    """
    town = table.municipality
    if town is None or table.edition is None or not any("緯度" in one.name for one in table.edition.columns):
        return None
    column = next((one for one in table.of_role("address") if one.spec is not None), None)
    if column is None:
        return None
    others = [re.escape(one.name_ja) for one in vocab.municipalities() if one.code != town.code]
    return _Home(column, town, re.compile("^(?:" + "|".join(others) + ")"), table.sample)
