"""`make bench-score N=100000`: every data set scored anew from stored facts, as after a change of the rules.

Two figures by second of processor time: from facts as they lie in the database (JSON is taken apart, values are made of
it), and of the pure function alone; and the first by the clock, which others on the machine slow down. The last line is
JSON; ends with 1 where the must of the design (Q7: 2,000 data sets/s from stored facts) is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from osakadx.quality.evidence import Answers, Change, Evidence, File, Identity, Link, Metadata, Pace, Reading
from osakadx.quality.rulebook import rulebook
from osakadx.quality.score import score

from tests.bench.score.facts import DAY, datasets, readings

MUST, AIM = 2_000, 10_000


def main() -> int:
    """Measure, print, and say whether the must is met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("-n", type=int, default=100_000, help="data sets")
    count = options.parse_args().n
    kinds, book = readings(), rulebook()
    print(f"  {len(kinds)} files read and checked; {count:,} data sets of them", file=sys.stderr)
    scoring = decoding = clock = 0.0
    grades: dict[str, int] = {}
    files = 0
    for facts in datasets(count, kinds):
        began, started = time.perf_counter(), time.process_time()
        evidence = decode(facts)
        decoded = time.process_time()
        result = score(evidence, book)
        decoding += decoded - started
        scoring += time.process_time() - decoded
        clock += time.perf_counter() - began
        files += len(evidence.files)
        grades[result.grade or "-"] = grades.get(result.grade or "-", 0) + 1
    found = {
        "bench": "score",
        "datasets": count,
        "files": files,
        "grades": dict(sorted(grades.items())),
        "from_stored_facts_per_s": round(count / (scoring + decoding)),
        "pure_function_per_s": round(count / scoring),
        "from_stored_facts_by_the_clock_per_s": round(count / clock),
        "must_per_s": MUST,
        "aim_per_s": AIM,
        "met": count / (scoring + decoding) >= MUST,
    }
    print(json.dumps(found))
    return 0 if found["met"] else 1


def decode(facts: dict[str, Any]) -> Evidence:
    """Make evidence of the rows of a data set, as the portal does."""
    return Evidence(
        dataset=facts["id"],
        files=tuple(map(_file, facts["files"])),
        day=DAY,
        pace=Pace(declared=366),
        metadata=Metadata(
            license=facts["license"],
            title="公衆トイレ一覧",
            description=f"市が管理する第{facts['id']}号の公衆トイレの所在地と設備を、毎年4月に調べて一覧にしたものです。",
            contact="park@city.example.jp",
            contact_state="confirmed",
        ),
        answers=Answers(facts["asked"], facts["asked"], 0),
    )


def _file(said: dict[str, Any]) -> File:
    reading = json.loads(said["reading"]) if said["reading"] else None
    return File(
        id=said["id"],
        name=said["id"],
        url=said["url"],
        format="CSV",
        link=Link(**json.loads(said["link"])),
        reading=Reading.from_dict(reading) if reading else None,
        change=Change.from_dict(json.loads(said["change"])),
        identity=Identity.from_dict(json.loads(said["identity"])),
    )


if __name__ == "__main__":
    sys.exit(main())
