"""`make bench-read`: our reader beside frictionless, csv-detective, chardet, charset-normalizer, pandas and openpyxl.

Each job runs in a process of its own, in turns; seconds are those of the processor, as others may share the machine.
Before anything is timed, what the readers say of a small file is held to what a person counts. The last line is JSON.
"""

from __future__ import annotations

import argparse
import base64
import csv
import json
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from osakadx.tables.read import read

from tests import corpus
from tests.bench.read import inputs

HERE = Path(__file__).parent
PROJECT = HERE.parents[2]
FOLDER = PROJECT / "var" / "bench-read"
RIVALS = FOLDER / "venv" / "bin" / "python"
# Like beside like: frictionless checks rows and types, csv-detective profiles columns, openpyxl gives cells.
MUSTS = {"csv_frictionless": 5.0, "csv_csv_detective": 20.0, "xlsx_openpyxl": 8.0}
_OURS = {"csv": "ours", "xlsx": "ours_structure"}
ENCODINGS_MUST, PEAK_MUST = 0.995, 512
SAME = {
    "utf-8": {"utf-8", "utf_8", "utf-8-sig", "utf_8_sig", "ascii"},
    "cp932": {"cp932", "shift_jis", "shift-jis", "windows-31j", "ms932", "shift_jis_2004", "shift_jisx0213"},
    "euc_jp": {"euc-jp", "euc_jp", "euc_jis_2004", "eucjis2004", "euc_jisx0213"},
    "iso2022_jp": {"iso-2022-jp", "iso2022_jp", "iso2022_jp_2", "iso2022_jp_ext", "iso-2022-jp-ext", "iso-2022-jp-2"},
}
Figures = dict[str, Any]


def main() -> int:
    """Measure, print, and say whether every must is met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--megabytes", type=int, default=100, help="size of the CSV")
    options.add_argument("--rows", type=int, default=100_000, help="rows of the workbook")
    options.add_argument("--rounds", type=int, default=1, help="how often; the median counts")
    given = options.parse_args()
    install()
    found: Figures = {"oracle": oracle(), "encodings": encodings(), "corpus": on_corpus()}
    found["csv"] = csv_file(given.megabytes, given.rounds)
    found["xlsx"] = workbook(given.rows, given.rounds)
    return report(found)


def install() -> None:
    """Bring the rivals into an environment of their own, once for each list of them."""
    wanted = (HERE / "rivals.txt").read_text(encoding="utf-8")
    stamp = FOLDER / "rivals.txt"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print("installing the rivals into var/bench-read/venv …", flush=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", FOLDER / "venv"], check=True)
    subprocess.run([RIVALS, "-m", "pip", "install", "-q", "-r", HERE / "rivals.txt"], check=True)
    stamp.write_text(wanted, encoding="utf-8")


def job(name: str, path: Path) -> Figures:
    """Run one job; ours by this interpreter, others by theirs."""
    python = sys.executable if "ours" in name else str(RIVALS)
    done = subprocess.run(
        [python, HERE / "jobs.py", name, path], capture_output=True, text=True, check=False, cwd=PROJECT
    )
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def oracle() -> str:
    """Ours and everybody's count of a small file, against a count by the standard library."""
    path = FOLDER / "small.csv"
    count = inputs.large_csv(path, 400_000)
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert tuple(header) == inputs.HEADER
    columns = list(zip(*rows, strict=True))
    expected = [[cells.count(""), len(set(cells) - {""})] for cells in columns]
    said = job("ours", path)
    counted = [[blank, distinct] for blank, distinct, *_ in said["columns"]]
    types = [type_ for *_, type_ in said["columns"]]
    if counted != expected or types[6:8] != ["numeric", "numeric"] or types[11] != "int" or types[3] != "text":
        raise SystemExit(f"our profile is wrong: {said['columns']}")
    for name in ("ours", "frictionless", "csv_detective", "pandas_csv"):
        if (said_rows := job(name, path)["rows"]) != count:
            raise SystemExit(f"{name} counts {said_rows} rows, there are {count}")
    return "passed"


def encodings() -> Figures:
    """How many of the matrix each detector gets right."""
    cases = list(inputs.matrix())
    path = FOLDER / "encodings.txt"
    path.write_text("".join(base64.b64encode(content).decode() + "\n" for _, content in cases), encoding="ascii")
    found: Figures = {"cases": len(cases)}
    for name in ("ours", "chardet", "charset_normalizer", "csv_detective"):
        said = job(f"encodings_{name}", path)
        right = [_right(expected, content, each) for (expected, content), each in zip(cases, said["said"], strict=True)]
        found[name] = {"right": round(sum(right) / len(cases), 4), "cpu_s": round(said["cpu_s"], 2)}
    return found


def _right(expected: str, content: bytes, said: str | None) -> bool:
    """Plain ASCII (a cut may leave nothing else) is in all of them."""
    return (said or "").lower() in SAME[expected] or (content.isascii() and expected != "iso2022_jp")


def on_corpus() -> Figures:
    """Files of the corpus whose rows and columns each reader gets right; of ours every fact of the oracle."""
    folder = FOLDER / "corpus"
    expected = {name: said for name, said in corpus.oracle().items() if said.tables and " + " not in said.tables}
    for name, content in corpus.files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name in expected:
            path.write_bytes(content)
    shapes = {name: [int(part) for part in said.tables.split()[1].split("x")] for name, said in expected.items()}
    found: Figures = {"files": len(corpus.files()), "with_one_table": len(shapes)}
    for name in ("pandas", "frictionless", "csv_detective"):
        said = job(f"shapes_{name}", folder)["said"]
        found[name] = sum(said.get(file) == shape for file, shape in shapes.items())
    ours = {name: corpus.said(read(content, name)) for name, content in corpus.files().items()}
    found["ours"] = sum(
        ours[name].tables.split(" ")[-1:] == said.tables.split(" ")[-1:] for name, said in expected.items()
    )
    differing = Counter(fact for name, said in corpus.oracle().items() for fact in corpus.differing(ours[name], said))
    found["ours_all_facts"] = sum(not corpus.differing(ours[name], said) for name, said in corpus.oracle().items())
    found["ours_differing"] = dict(differing)
    return found


def csv_file(megabytes: int, rounds: int) -> Figures:
    """A large CSV through each reader."""
    path = FOLDER / "large.csv"
    count = inputs.large_csv(path, megabytes * 1_000_000)
    found = side_by_side(path, ("ours", "ours_structure", "frictionless", "csv_detective", "pandas_csv"), rounds, count)
    return {"bytes": path.stat().st_size, "rows": count, **found}


def workbook(count: int, rounds: int) -> Figures:
    """A large workbook through each reader."""
    path = FOLDER / f"large-{count}.xlsx"
    if not path.exists():
        inputs.large_workbook(path, count)
    found = side_by_side(
        path, ("ours_structure", "ours", "openpyxl", "pandas_openpyxl", "pandas_calamine"), rounds, count
    )
    return {"bytes": path.stat().st_size, "rows": count, **found}


def side_by_side(path: Path, names: tuple[str, ...], rounds: int, count: int) -> Figures:
    """Take turns, there and back again. Ours must see all rows; how many others miss stands in the figures."""
    taken: dict[str, list[Figures]] = {name: [] for name in names}
    for round_ in range(rounds):
        for name in names if round_ % 2 == 0 else names[::-1]:
            taken[name].append(job(name, path))
            if "ours" in name and taken[name][-1]["rows"] != count:
                raise SystemExit(f"{name} counts {taken[name][-1]['rows']} rows, there are {count}")
    return {
        name: {key: _median(each, key) for key in ("cpu_s", "wall_s", "peak_mib")}
        | {"missed": count - each[-1]["rows"]}
        for name, each in taken.items()
    }


def _median(taken: list[Figures], key: str) -> float:
    return round(statistics.median(each[key] for each in taken), 2)


def report(found: Figures) -> int:
    """Print the tables, the musts and the JSON line."""
    print(f"encodings, {found['encodings']['cases']:,} cases, oracle {found['oracle']}")
    for name, each in found["encodings"].items():
        if name != "cases":
            print(f"  {name:<20}{each['right']:>8.2%} right{each['cpu_s']:>9.2f} s")
    held = found["corpus"]
    print(f"corpus: rows and columns of {held['with_one_table']} files with one table")
    for name in ("ours", "pandas", "frictionless", "csv_detective"):
        print(f"  {name:<20}{held[name]:>8} right")
    print(f"  ours, every fact    {held['ours_all_facts']:>8} of {held['files']}")
    for kind in ("csv", "xlsx"):
        print(f"{kind}: {found[kind]['bytes'] / 1e6:,.0f} MB, {found[kind]['rows']:,} rows")
        ours = found[kind][_OURS[kind]]["cpu_s"]
        for name, each in found[kind].items():
            if isinstance(each, dict):
                ratio = f"{each['cpu_s'] / ours:>8.1f}×"
                clock = f"{each['peak_mib']:>8.0f} MiB{each['wall_s']:>9.2f} s by the clock"
                missed = f", misses {each['missed']:,} rows" if each["missed"] else ""
                print(f"  {name:<20}{each['cpu_s']:>8.2f} s{ratio}{clock}{missed}")
    ratios = {f"{kind}_{name}": found[kind][name]["cpu_s"] / found[kind][_OURS[kind]]["cpu_s"] for kind, name in _PAIRS}
    found["ratios"] = {name: round(ratio, 1) for name, ratio in ratios.items()}
    met = all(ratios[name] >= must for name, must in MUSTS.items())
    met &= found["encodings"]["ours"]["right"] >= ENCODINGS_MUST
    met &= all(found[kind]["ours"]["peak_mib"] <= PEAK_MUST for kind in ("csv", "xlsx"))
    print("musts: " + ", ".join(f"{name} {ratios[name]:.1f}× of {must:g}×" for name, must in MUSTS.items()))
    found["musts_met"] = met
    print(json.dumps(found, ensure_ascii=False))
    return 0 if met else 1


_PAIRS = [(name.split("_", 1)[0], name.split("_", 1)[1]) for name in MUSTS]


if __name__ == "__main__":
    sys.exit(main())
