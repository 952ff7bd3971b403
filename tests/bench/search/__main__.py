"""`make bench-search`: Japanese search beside CKAN's own schema and beside plain text_ja, in one run.

The judged queries and what is measured are described in judged/README.md, the rest in README.md. The last line is JSON.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .corpus import Truth, items, osaka, places
from .documents import flatten
from .engine import PROJECT, Server, running
from .judge import Query, queries
from .measures import Answer, Figures, confusion, figures, percentile
from .portal import BATCH, Portal, without_thesaurus

Costs = dict[str, dict[str, float]]
ROUNDS = 5
FORMS = ("避難所 {name}", "{name}の避難所", "{name}避難所一覧")
THEMES = ("避難所", "AED", "公園", "保育所", "人口", "予算", "図書館", "公衆トイレ", "ごみ", "観光")
CLASSES = {"a": "standard names", "b": "spellings", "c": "place", "d": "year", "e": "questions"}


def main() -> int:
    """Run everything; 0 where every must is met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lib", type=Path, default=PROJECT / "var" / "solr" / "lib", help="Solr's jars")
    options.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of timing")
    given = options.parse_args()
    if not list(given.lib.glob("solr-core-*.jar")):
        raise SystemExit(f"Solr の jar が {given.lib} にありません。make install を実行してください。")
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder, running(Path(folder), given.lib) as server:
        return report(measure(server, given.rounds))


def measure(server: Server, rounds: int) -> dict[str, Any]:
    """Everything that is measured, as one value that JSON can hold."""
    portals = {name: Portal(address, japanese=name == "ours") for name, address in server.cores.items()}
    catalog = items()
    truths = {item.package["name"]: item.truth for item in catalog}
    indexing = index(portals, [item.package for item in catalog], rounds)
    answers = {name: ask(portal, queries()) for name, portal in portals.items()}
    with without_thesaurus():
        answers["no thesaurus"] = ask(portals["ours"], queries())
    return {
        "data_sets": len(catalog),
        "figures": {name: by_class(given, truths) for name, given in answers.items()},
        "halves": {name: halves(given, truths) for name, given in answers.items()},
        "confusion": {name: confusions(portal, truths) for name, portal in portals.items()},
        "index": indexing,
        "page": pages(portals, rounds),
    }


def index(portals: Mapping[str, Portal], packages: list[dict[str, Any]], rounds: int) -> Costs:
    """Seconds from packages to what Solr has taken, in batches of a hundred; after a round that warms the JVM up.

    The portals take turns by batch; of each batch the fastest round counts, as with `pages`.
    """
    batches = [packages[first : first + BATCH] for first in range(0, len(packages), BATCH)]
    taken: dict[str, list[list[float]]] = {name: [[] for _ in batches] for name in portals}
    for number in range(rounds + 1):
        for portal in portals.values():
            portal.clear()
        for place, batch in enumerate(batches):
            for name, portal in _in_turn(portals, number + place):
                start = time.perf_counter()
                portal.index(flatten(batch))
                taken[name][place] += [time.perf_counter() - start] if number else []
        for portal in portals.values():
            portal.commit()
    return {name: {"seconds": sum(map(min, each))} for name, each in taken.items()}


def ask(portal: Portal, asked: Iterable[Query]) -> list[Answer]:
    """The answers of one portal."""
    return [Answer(query, *portal.names(query.text)) for query in asked]


def by_class(answers: list[Answer], truths: Mapping[str, Truth]) -> dict[str, Figures]:
    """Figures of each class and of all."""
    groups = {name: [answer for answer in answers if answer.query.group == name] for name in CLASSES}
    return {name: figures(group, truths) for name, group in (groups | {"all": answers}).items()}


def halves(answers: list[Answer], truths: Mapping[str, Truth]) -> dict[str, Figures]:
    """The search was tuned by looking at every second query; the others tell how far that carries."""
    return {"looked at": figures(answers[::2], truths), "held out": figures(answers[1::2], truths)}


def confusions(portal: Portal, truths: Mapping[str, Truth]) -> dict[str, float]:
    """Place confusion in the catalog and over all municipalities of Japan."""
    placed = [query for query in queries() if query.group == "c"]
    themed = [_about(f"{places()[code]['label_ja']} {theme}", _named_as(code)) for code in osaka() for theme in THEMES]
    return {
        "judged queries of class c": confusion(ask(portal, placed), truths),
        "43 municipalities x 10 subjects": confusion(ask(portal, themed), truths),
        **_everywhere(portal),
    }


def _about(text: str, codes: frozenset[str]) -> Query:
    return Query(text, "p", text, frozenset({"shelter"}), frozenset(), codes, frozenset())


def _named_as(code: str) -> frozenset[str]:
    """The municipalities of that name: a name alone cannot tell 太子町 in Osaka from 太子町 in Hyogo."""
    name = places()[code]["label_ja"]
    return frozenset(code for code, row in places().items() if row["label_ja"] == name)


def _everywhere(portal: Portal) -> dict[str, float]:
    towns = {code: row["label_ja"] for code, row in places().items() if row["kind"] == "municipality"}
    truths = {f"{code}_shelter": Truth(frozenset({"shelter"}), frozenset(), code, frozenset()) for code in towns}
    template = items()[0].package
    packages = [
        template
        | {"id": f"p{code}", "name": f"{code}_shelter", "title": f"避難所一覧（{name}）", "notes": "", "tags": []}
        | {"organization": {"id": code, "name": code, "title": name}, "maintainer": "", "resources": [], "groups": []}
        for code, name in towns.items()
    ]
    for first in range(0, len(packages), BATCH):
        portal.index(flatten(packages[first : first + BATCH], site="towns"))
    portal.commit()
    field = "osakadx_area" if portal.japanese else "organization"
    free, filtered = [], []
    for number, (code, name) in enumerate(towns.items()):
        query = _about(FORMS[number % 3].format(name=name), _named_as(code))
        free.append(Answer(query, *portal.names(query.text, rows=10, site="towns")))
        only = _about("避難所", frozenset({code}))
        filtered.append(Answer(only, *portal.names("避難所", rows=10, site="towns", fq=f"+{field}:{code}")))
    return {
        "1,741 municipalities, free text": confusion(free, truths),
        "1,741 municipalities, not found": statistics.fmean(not answer.count for answer in free),
        "1,741 municipalities, with filter": confusion(filtered, truths),
        "1,741 municipalities, filter empty": statistics.fmean(not answer.count for answer in filtered),
    }


def pages(portals: Mapping[str, Portal], rounds: int) -> Costs:
    """Median and 95th percentile over the queries of a result page, in milliseconds.

    The portals take turns; of each query the fastest round counts: what the work costs, not what else the machine does.
    """
    taken: dict[str, dict[str, list[float]]] = {name: {} for name in portals}
    for number in range(rounds + 1):
        for query in queries():
            for name, portal in _in_turn(portals, number):
                milliseconds = portal.page(query.text) * 1000
                taken[name].setdefault(query.id, []).extend([milliseconds] if number else [])
    best = {name: [min(each) for each in given.values()] for name, given in taken.items()}
    return {name: {"p50 ms": percentile(each, 0.5), "p95 ms": percentile(each, 0.95)} for name, each in best.items()}


def _in_turn(portals: Mapping[str, Portal], number: int) -> list[tuple[str, Portal]]:
    pairs = list(portals.items())
    return pairs[number % len(pairs) :] + pairs[: number % len(pairs)]


def musts(found: dict[str, Any]) -> dict[str, tuple[bool, str]]:
    """Each goal: whether it is met, and the figure."""
    every = {name: given["all"] for name, given in found["figures"].items()}
    ours, stock, plain = every["ours"], every["stock"], every["plain"]
    confused = found["confusion"]["ours"]
    free = max(share for name, share in confused.items() if name.endswith(("class c", "subjects", "free text")))
    index_ratio = found["index"]["ours"]["seconds"] / found["index"]["stock"]["seconds"]
    page_ratio = found["page"]["ours"]["p95 ms"] / found["page"]["stock"]["p95 ms"]
    return {
        "zero hits <= 3 %": (ours.zero_hits <= 0.03, f"{ours.zero_hits:.1%}"),
        "zero hits <= 1/10 of stock": (ours.zero_hits <= stock.zero_hits / 10, f"{stock.zero_hits:.1%} in stock"),
        "nDCG@10 >= 2.5 x stock": (ours.ndcg >= 2.5 * stock.ndcg, f"{ours.ndcg / stock.ndcg:.2f} x"),
        "nDCG@10 >= text_ja + 0.03": (ours.ndcg >= plain.ndcg + 0.03, f"+ {ours.ndcg - plain.ndcg:.3f}"),
        "recall@100 >= 0.95": (ours.recall >= 0.95, f"{ours.recall:.3f}"),
        "place confusion 0 with a filter": (
            confused["1,741 municipalities, with filter"] == 0,
            f"{confused['1,741 municipalities, with filter']:.1%}",
        ),
        "place confusion <= 1 % in free text": (free <= 0.01, f"{free:.2%} at most"),
        "page p95 <= 1.3 x stock": (page_ratio <= 1.3, f"{page_ratio:.2f} x"),
        "index time <= 1.5 x stock": (index_ratio <= 1.5, f"{index_ratio:.2f} x"),
    }


def report(found: dict[str, Any]) -> int:
    """Print the tables, the goals and the JSON line; 0 where every goal is met."""
    names = list(found["figures"])
    print(f"{found['data_sets']:,} data sets, {len(queries())} queries\n")
    for title, measure_of in (("zero hits", "zero_hits"), ("nDCG@10", "ndcg"), ("recall@100", "recall")):
        _table(title, names, _rows(found, names, measure_of))
    _table("place confusion", list(found["confusion"]), _across(found["confusion"]))
    _table("index of the catalog", list(found["index"]), _across(found["index"]))
    _table("page of 20 with 6 facets", list(found["page"]), _across(found["page"]))
    goals = musts(found)
    for goal, (met, figure) in goals.items():
        print(f"{'met   ' if met else 'MISSED'}  {goal:<38} {figure}")
    plain = {**found, "goals": {goal: met for goal, (met, _) in goals.items()}}
    print(json.dumps(plain, ensure_ascii=False, default=dataclasses.asdict))
    return 0 if all(met for met, _ in goals.values()) else 1


def _rows(found: dict[str, Any], names: list[str], measure_of: str) -> Iterable[tuple[str, list[float]]]:
    for group, label in (*CLASSES.items(), ("all", "all")):
        count = found["figures"]["ours"][group].queries
        yield f"{label} ({count})", [getattr(found["figures"][name][group], measure_of) for name in names]
    for half in ("looked at", "held out"):
        yield f"  {half}", [getattr(found["halves"][name][half], measure_of) for name in names]


def _across(found: Mapping[str, Mapping[str, float]]) -> Iterable[tuple[str, list[float]]]:
    for row in next(iter(found.values())):
        yield row, [found[name][row] for name in found]


def _table(title: str, columns: list[str], rows: Iterable[tuple[str, list[float]]]) -> None:
    print(f"{title:<38}" + "".join(f"{name:>14}" for name in columns))
    for label, values in rows:
        print(f"  {label:<36}" + "".join(f"{value:>14.3f}" for value in values))
    print()


if __name__ == "__main__":
    sys.exit(main())
