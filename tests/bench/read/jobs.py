"""One measured piece of work in a process of its own: `python jobs.py NAME FILE` prints what came out, as JSON.

Ours and the rivals' run by the same clock; imports are not timed. No import of ours here but in our own jobs.
"""

from __future__ import annotations

import base64
import io
import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Work = Callable[[], dict[str, Any]]


def ours(path: str) -> Work:
    """Encoding, dialect, header, every row looked at, and what each column holds, as in the sandbox's child.

    Its digest is taken while a file comes, before it is read.
    """
    import gc

    from osakadx.tables.read import read

    gc.set_threshold(200_000)

    def work() -> dict[str, Any]:
        (table,) = read(path, profile=True, sha256="0" * 64).tables
        assert table.contents is not None
        columns = [[each.blank, each.distinct, each.at_least, each.type] for each in table.contents]
        return {"rows": table.rows, "columns": columns}

    return work


def ours_structure(path: str) -> Work:
    """The same without counting what the columns hold."""
    from osakadx.tables.read import read

    return lambda: {"rows": read(path).tables[0].rows}


def frictionless(path: str) -> Work:
    """Validate: encoding, dialect, schema from a sample, every row checked against it."""
    from frictionless import Checklist, Resource, system, validate

    def work() -> dict[str, Any]:
        with system.use_context(trusted=True):
            report = validate(Resource(path=path), limit_errors=1_000_000, checklist=Checklist())
        return {"rows": report.tasks[0].stats.get("rows")}

    return work


def csv_detective(path: str) -> Work:
    """Analyse all rows with the profile of each column; told the encoding, which it does not find in this file."""
    from csv_detective import routine

    def work() -> dict[str, Any]:
        said = routine(path, num_rows=-1, output_profile=True, save_results=False, encoding="utf-8", sep=",")
        return {"rows": said["total_lines"]}

    return work


def pandas_csv(path: str) -> Work:
    """Read into a frame; told the encoding."""
    import pandas

    return lambda: {"rows": len(pandas.read_csv(path, encoding="utf-8"))}


def pandas_openpyxl(path: str) -> Work:
    """Read into a frame by openpyxl."""
    import pandas

    return lambda: {"rows": len(pandas.read_excel(path, engine="openpyxl"))}


def pandas_calamine(path: str) -> Work:
    """Read into a frame by calamine."""
    import pandas

    return lambda: {"rows": len(pandas.read_excel(path, engine="calamine"))}


def openpyxl(path: str) -> Work:
    """Go over every cell, read-only."""
    from openpyxl import load_workbook

    def work() -> dict[str, Any]:
        book = load_workbook(path, read_only=True)
        return {"rows": sum(1 for _ in book.worksheets[0].iter_rows(values_only=True)) - 1}

    return work


def _encodings(detect: Callable[[bytes], str | None], path: str) -> Work:
    files = [base64.b64decode(line) for line in Path(path).read_text(encoding="ascii").splitlines()]
    return lambda: {"said": [detect(content) for content in files]}


def encodings_ours(path: str) -> Work:
    """Ours."""
    from osakadx.tables.encoding import detect
    from osakadx.tables.source import Source

    def name(content: bytes) -> str | None:
        found = detect(Source("x", content))
        return found.name if found else None

    return _encodings(name, path)


def encodings_chardet(path: str) -> Work:
    """chardet."""
    import chardet

    return _encodings(lambda content: chardet.detect(content)["encoding"], path)


def encodings_charset_normalizer(path: str) -> Work:
    """charset-normalizer."""
    from charset_normalizer import from_bytes

    def name(content: bytes) -> str | None:
        best = from_bytes(content).best()
        return best.encoding if best else None

    return _encodings(name, path)


def encodings_csv_detective(path: str) -> Work:
    """csv-detective's own detection."""
    from csv_detective.detection.encoding import detect_encoding

    def name(content: bytes) -> str | None:
        try:
            return detect_encoding(io.BytesIO(content))
        except ValueError:
            return None

    return _encodings(name, path)


def _too_long(*_: object) -> None:
    raise TimeoutError


_PATIENCE = 10  # seconds for one small file
signal.signal(signal.SIGALRM, _too_long)


def _shapes(read: Callable[[str], list[int]], folder: str) -> Work:
    """Rows and columns of each file of a folder, by its name; what fails is told as such."""

    def one(path: Path) -> Any:
        signal.alarm(_PATIENCE)
        try:
            return read(str(path))
        except Exception as error:  # whatever a reader raises is its answer
            return type(error).__name__
        finally:
            signal.alarm(0)

    files = sorted(path for path in Path(folder).rglob("*") if path.is_file() and path.name != "oracle.csv")
    return lambda: {"said": {path.relative_to(folder).as_posix(): one(path) for path in files}}


def shapes_pandas(folder: str) -> Work:
    """pandas: read_csv, or read_excel by the name."""
    import warnings

    import pandas

    warnings.simplefilter("ignore")

    def read(path: str) -> list[int]:
        if path.endswith((".xlsx", ".xlsm", ".xls", ".ods")):
            return list(pandas.read_excel(path, engine="calamine").shape)
        return list(pandas.read_csv(path, sep="\t" if path.endswith(".tsv") else ",").shape)

    return _shapes(read, folder)


def shapes_frictionless(folder: str) -> Work:
    """frictionless: describe with statistics."""
    from frictionless import Resource, system

    def read(path: str) -> list[int]:
        with system.use_context(trusted=True):
            resource = Resource(path=path)
            resource.infer(stats=True)
        return [resource.stats.rows or 0, resource.stats.fields or 0]

    return _shapes(read, folder)


def shapes_csv_detective(folder: str) -> Work:
    """csv-detective: all rows."""
    from csv_detective import routine

    def read(path: str) -> list[int]:
        said = routine(path, num_rows=-1, save_results=False)
        return [said["total_lines"], len(said["header"])]

    return _shapes(read, folder)


def main() -> None:
    """Do one job and say what it took."""
    name, path = sys.argv[1:3]
    work: Work = globals()[name](path)
    wall, used = time.perf_counter(), time.process_time()
    result = work()
    taken = {"cpu_s": time.process_time() - used, "wall_s": time.perf_counter() - wall}
    status = Path("/proc/self/status").read_text(encoding="ascii")  # the usage of resources knows the parent's peak too
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    print(json.dumps({**taken, "peak_mib": peak, **result}))


if __name__ == "__main__":
    main()
