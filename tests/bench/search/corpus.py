"""The made-up but lifelike catalog that the judged queries are asked of, and what each data set truly is.

Deterministic: the same files give the same data sets, on every machine. Nothing here knows a search engine.
"""

from __future__ import annotations

import csv
import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
JUDGED = HERE / "judged"
PLACES = HERE.parents[2] / "schemas" / "vocabularies" / "place_names.csv"
OSAKA_PREF, OSAKA_CITY, SAKAI = "270008", "271004", "271403"
YEARS = range(2019, 2025)
LICENSES = ("CC-BY-4.0", "CC-BY-4.0", "CC-BY-4.0", "CC-BY-2.1-JP", "PDL1.0", "")
FREQUENCIES = ("1年", "随時", "毎年度", "不定期", "毎月", "")
# How publishers put their name around a title; each has one habit and breaks it now and then.
PLAIN, JOINED = "{title}", "{place}_{title}"
HABITS = (PLAIN, JOINED, "{place}{title}", "{title}（{place}）", "【{place}】{title}", "{place}の{title}")
WARD_TOPICS = ("shelter", "population", "park", "newsletter", "event", "crime", "nursery", "aed")
OUTSIDE_TOPICS = (
    "aed",
    "evacuation_site",
    "shelter",
    "population",
    "toilet",
    "wifi",
    "park",
    "public_facility",
    "hospital",
    "school",
    "nursery",
    "library",
    "budget",
    "settlement",
    "tourism_facility",
    "cultural_property",
    "garbage_calendar",
    "bus",
)


@dataclass(frozen=True)
class Truth:
    """What a data set is, whatever its words: subject(s), subjects it half covers, whose, which years."""

    topics: frozenset[str]
    half: frozenset[str]
    place: str
    years: frozenset[int]


@dataclass(frozen=True)
class Item:
    """A data set as `package_show` gives it, and the truth about it."""

    package: dict[str, Any]
    truth: Truth


@cache
def places() -> dict[str, dict[str, str]]:
    """Code → row of the list of Japanese municipalities."""
    with PLACES.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@cache
def topics() -> dict[str, dict[str, Any]]:
    """The subjects of the made-up catalog."""
    return yaml.safe_load((JUDGED / "topics.yaml").read_text(encoding="utf-8"))


def osaka() -> list[str]:
    """Codes of the 43 municipalities of Osaka."""
    return [code for code, row in places().items() if row["within"] == OSAKA_PREF]


def items() -> list[Item]:
    """Every data set of the judged catalog, real ones included."""
    made = [*_municipal(), *_wards(), *_prefecture(), *_outside()]
    return [*made, *_real()]


def _dice(*key: str) -> random.Random:
    return random.Random("/".join(key))


@cache
def _asked() -> frozenset[tuple[str, str]]:
    """Place and first subject of every query that names a place: these exist, or the query could not be judged.

    Queries noted 資料なし are left to chance, as people do ask for what nobody has published.
    """
    with (JUDGED / "queries.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["place"] and "資料なし" not in row["note"]]
    return frozenset((place, row["topics"].split("|")[0]) for row in rows for place in row["place"].split("|"))


def _publishes(code: str, topic: str, share: float, *salt: str) -> bool:
    return (code, topic) in _asked() or _dice("publishes", code, topic, *salt).random() < share


def _municipal() -> Iterator[Item]:
    for code in osaka():
        for topic, facts in topics().items():
            if _publishes(code, topic, facts["town"] if code.startswith("273") else facts["city"]):
                yield from _series(topic, code, _name_of(code))


def _wards() -> Iterator[Item]:
    for code, row in places().items():
        if row["within"] not in (OSAKA_CITY, SAKAI):
            continue
        name = row["label_ja"] if row["within"] == OSAKA_CITY else f"堺市{row['label_ja']}"
        for topic in WARD_TOPICS:
            if _publishes(code, topic, 0.3, "ward"):
                yield _item(topic, code, name, organisation=row["within"], key="w")


def _prefecture() -> Iterator[Item]:
    for topic, facts in topics().items():
        for number, (department, title) in enumerate(facts.get("pref") or ()):
            years = [2022, 2023, 2024] if facts["dated"] in ("year", "fiscal") else [None]
            for year in years:
                yield _item(topic, OSAKA_PREF, "大阪府", title=title, year=year, key=f"p{number}", publisher=department)


def _outside() -> Iterator[Item]:
    with (JUDGED / "outside.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for topic in OUTSIDE_TOPICS:
                if _publishes(row["code6"], topic, 0.6, "outside"):
                    yield _item(topic, row["code6"], row["name_ja"], year=2023 if topics()[topic]["dated"] else None)


def _series(topic: str, code: str, name: str) -> Iterator[Item]:
    dice, dated = _dice("series", code, topic), topics()[topic]["dated"]
    title = dice.choice(topics()[topic]["titles"])
    if not dated:
        yield _item(topic, code, name, title=title)
    elif dated == "month":
        for month in sorted(dice.sample(range(1, 13), 3)):
            yield _item(topic, code, name, title=title, year=2024, month=month)
    elif dice.random() < 0.3:
        yield _item(topic, code, name, title=title, all_years=True)
    else:
        for year in list(YEARS)[-dice.randint(2, 5) :]:
            yield _item(topic, code, name, title=title, year=year)


def _name_of(code: str) -> str:
    return places()[code]["label_ja"]


def _era(year: int) -> str:
    return "令和元" if year == 2019 else f"令和{year - 2018}"


def _dated_title(title: str, code: str, unit: str, year: int | None, month: int | None) -> str:
    if not year:
        return title
    written = (f"{_era(year)}年{unit}", f"{year}年{unit}", f"R{year - 2018}{'年度' if unit else '年'}")
    if month:
        written = (f"{_era(year)}年{month}月", f"{year}年{month}月", f"{year}{month:02d}")
    date = _dice("date habit", code).choice(written)
    return _dice("date place", code, title).choice((f"{title}（{date}）", f"{date}{title}", f"{title}_{date}"))


def _item(
    topic: str,
    code: str,
    name: str,
    *,
    title: str = "",
    organisation: str = "",
    key: str = "",
    publisher: str = "",
    year: int | None = None,
    month: int | None = None,
    all_years: bool = False,
) -> Item:
    facts, organisation = topics()[topic], organisation or code
    dice = _dice("item", code, topic, title, str(year), str(month), key)
    title = title or dice.choice(facts["titles"])
    unit = "度" if facts["dated"] == "fiscal" else ""
    habit = _dice("habit", organisation).choice(HABITS) if dice.random() < 0.75 else dice.choice(HABITS)
    if code != organisation and habit == PLAIN:
        habit = JOINED
    shown = habit.format(place=name, title=_dated_title(title, code, unit, year, month))
    years = list(YEARS) if all_years else [year] if year else []
    slug = topic if _dice("slug", organisation).random() < 0.4 else f"d{dice.randrange(10**6):06d}"
    suffix = "".join(f"_{part}" for part in (key, code if code != organisation else "", year, month) if part)
    notes = facts["note"].format(place=name) if dice.random() < 0.75 else ""
    package = _package(
        name=f"{organisation}_{slug}{suffix}",
        title=shown,
        notes=notes,
        organisation=organisation,
        publisher=publisher or _name_of(organisation),
        theme=[facts["theme"]],
        tags=facts["tags"] if dice.random() < 0.6 else [],
        files=_files(facts, dice, [str(y) for y in years] if all_years else [""]),
        dice=dice,
        year=year,
    )
    return Item(package, Truth(frozenset({topic}), frozenset(), code, frozenset(years)))


def _files(facts: dict[str, Any], dice: random.Random, labels: list[str]) -> list[dict[str, str]]:
    stem = dice.choice(facts["files"])
    formats = dice.choice((["CSV"], ["CSV", "XLSX"], ["XLSX"], ["PDF"], ["CSV", "GeoJSON"], ["CSV", "PDF"]))
    return [{"name": f"{stem}{label}", "description": "", "format": kind} for label in labels for kind in formats]


def _real() -> Iterator[Item]:
    with (JUDGED / "real_facts.csv").open(encoding="utf-8", newline="") as file:
        facts = {row["name"]: row for row in csv.DictReader(file)}
    for file_name in ("real_tokyo.json", "real_osaka.json"):
        for record in json.loads((JUDGED / file_name).read_text(encoding="utf-8")):
            row = facts[record["name"]]
            package = _package(
                name=record["name"],
                title=record["title"],
                notes=record["notes"],
                organisation=record.get("org", record["name"].split("d")[0]),
                publisher=record["publisher"],
                theme=[],
                tags=[*record["tags"], *record["groups"]],
                files=record["files"],
                dice=_dice("real", record["name"]),
                year=None,
            )
            split = {key: frozenset(filter(None, row[key].split("|"))) for key in ("topics", "half", "years")}
            years = frozenset(int(year) for year in split["years"])
            yield Item(package, Truth(split["topics"], split["half"], row["place"], years))


def _package(
    *,
    name: str,
    title: str,
    notes: str,
    organisation: str,
    publisher: str,
    theme: list[str],
    tags: list[str],
    files: list[dict[str, str]],
    dice: random.Random,
    year: int | None,
) -> dict[str, Any]:
    identity = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
    modified = f"{(year or dice.randint(2020, 2024))}-{dice.randint(1, 12):02d}-15T03:00:00.000000"
    return {
        "id": identity,
        "name": name,
        "title": title,
        "notes": notes,
        "type": "dataset",
        "state": "active",
        "private": False,
        "author": "",
        "maintainer": f"{publisher}担当課",
        "url": f"https://data.example.jp/{organisation}/{name}",
        "version": "",
        "license_id": dice.choice(LICENSES),
        "frequency": dice.choice(FREQUENCIES),
        "theme": theme,
        "language": ["ja"],
        "organization": {"id": organisation, "name": organisation, "title": publisher},
        "groups": [{"name": f"theme-{code}"} for code in theme],
        "tags": [{"name": tag, "display_name": tag} for tag in tags],
        "metadata_created": "2024-12-01T00:00:00.000000",
        "metadata_modified": modified,
        "resources": [
            {
                "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name}/{number}")),
                "url": f"https://data.example.jp/{organisation}/{name}/{number}.{file['format'].lower()}",
                "position": number,
                "state": "active",
                **file,
            }
            for number, file in enumerate(files)
        ],
    }
