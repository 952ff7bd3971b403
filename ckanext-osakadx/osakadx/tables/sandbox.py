"""Reads a file in a child process with caps on memory, time and disk, so that a bombed parser kills no worker.

The child gets no environment and no secrets, writes what it read into a private folder, and is believed only as data.
"""

from __future__ import annotations

import gc
import importlib
import json
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from osakadx import confined
from osakadx.confined import Caps
from osakadx.tables.findings import RefusedFile, found
from osakadx.tables.limits import Limits
from osakadx.tables.read import read, unread
from osakadx.tables.sheetmarks import marks as marks_of
from osakadx.tables.signature import EXCEL
from osakadx.tables.source import Source
from osakadx.tables.table import Reading, Row, SheetMarks, Table, is_blank

__all__ = ["Caps", "sandboxed"]

_READING = "reading.json"
_SMALL = "名称,住所,緯度\n市役所,大阪市北区,34.69\n".encode("cp932")
_OBJECTS = 200_000  # rows make no cycles: looking for them at every 700 objects costs a fifth of the time


@contextmanager
def sandboxed(
    file: str | Path | bytes,
    name: str = "",
    *,
    declared: str | None = None,
    limits: Limits | None = None,
    caps: Caps | None = None,
    rows: bool = True,
    marks: bool = False,
    profile: bool = False,
    sha256: str = "",
    within: Path | None = None,
) -> Generator[Reading]:
    """Read a file as `osakadx.tables.read.read` does, in a child process.

    The rows of the tables can be read as often as needed inside the ``with`` block; they lie in a folder that is gone
    after it. A child that had to be stopped gives a reading with the finding ``reading-stopped``.

    Args:
        file, name, declared, limits, profile, sha256: as for `read`.
        caps: what the child may use.
        rows: keep the rows too, not only what is said about them.
        marks: look for links and merged cells as well, and give them with the rows (.xlsx and .xlsm).
        within: the folder below which the work is done; None: the system's for temporary files.

    Raises:
        OSError: the path cannot be opened.
    """
    with examined(
        file, name, declared=declared, limits=limits, caps=caps, rows=rows, marks=marks, profile=profile,
        sha256=sha256, within=within,
    ) as (reading, _):  # fmt: skip
        yield reading


@contextmanager
def examined(
    file: str | Path | bytes,
    name: str = "",
    *,
    by: str = "",
    asked: Mapping[str, Any] | None = None,
    declared: str | None = None,
    limits: Limits | None = None,
    caps: Caps | None = None,
    rows: bool = True,
    marks: bool = False,
    profile: bool = False,
    sha256: str = "",
    within: Path | None = None,
) -> Generator[tuple[Reading, Any]]:
    """Read a file as `sandboxed` does, and have a function look at it there, rows and all.

    Args:
        file, name, declared, limits, caps, rows, marks, profile, sha256, within: as for `sandboxed`.
        by: the function, as ``module:name``; it is called with the reading and `asked`, and answers JSON-able.
        asked: JSON-able facts for the function.

    Yields:
        The reading, and what the function said; None without a function and where the child had to be stopped.

    Raises:
        OSError: the path cannot be opened.
    """
    limits, caps = limits or Limits(), caps or Caps()
    with tempfile.TemporaryDirectory(prefix="osakadx-", dir=within and within.resolve()) as folder:
        path = _on_disk(file, Path(folder))
        name = name or ("" if isinstance(file, bytes) else str(file))
        request = {
            "path": str(path),
            "name": name,
            "declared": declared,
            "limits": asdict(limits),
            "folder": folder,
            "rows": rows,
            "marks": rows and marks,
            "profile": profile,
            "sha256": sha256,
            "by": by,
            "asked": dict(asked or {}),
        }
        stopped = confined.run(
            "osakadx.tables.sandbox:served", request, caps, name, [by.partition(":")[0]] if by else []
        )
        if stopped:
            reading = unread(path, name, declared, sha256)
            yield replace(reading, findings=(found("reading-stopped", reason=stopped),)), None
        else:
            yield _reading(Path(folder), rows)


def _on_disk(file: str | Path | bytes, folder: Path) -> Path:
    if not isinstance(file, bytes):
        with Path(file).open("rb"):  # what cannot be opened is told here, not by a child that failed
            return Path(file).resolve()
    path = folder / "file"
    path.write_bytes(file)
    return path


def _reading(folder: Path, rows: bool) -> tuple[Reading, Any]:
    said = json.loads((folder / _READING).read_text(encoding="utf-8"))
    reading = Reading.from_dict(said["reading"])
    corners = [tuple((number, tuple(cells)) for number, cells in corner) for corner in said["corners"]]
    framed = zip(reading.tables, corners, strict=True)
    reading = replace(reading, tables=tuple(replace(table, corner=corner) for table, corner in framed))
    if not rows:
        return reading, said["examined"]
    beside = zip(reading.tables, said["last_data_rows"], said["marks"], strict=True)
    tables = (
        _with_rows(table, last, _said_marks(marks), folder / f"{place}.ndjson")
        for place, (table, last, marks) in enumerate(beside)
    )
    return replace(reading, tables=tuple(tables)), said["examined"]


def _with_rows(table: Table, last: int | None, marks: SheetMarks | None, path: Path) -> Table:
    def source() -> Iterator[Row]:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                number, cells = json.loads(line)
                yield number, cells

    return replace(table, last_data_row=last, source=source, marks=marks)


def _said_marks(said: Mapping[str, Any] | None) -> SheetMarks | None:
    if said is None:
        return None
    links = {(row, column): address for row, column, address in said["links"]}
    return SheetMarks(links, tuple((top, left, bottom, right) for top, left, bottom, right in said["merged"]))


def _child(request: Mapping[str, Any]) -> None:
    """Read what a request names, and answer into its folder."""
    gc.set_threshold(_OBJECTS)
    folder = Path(request["folder"])
    reading = read(
        Path(request["path"]), request["name"], declared=request["declared"], limits=Limits(**request["limits"]),
        profile=request["profile"], sha256=request["sha256"],
    )  # fmt: skip
    if request["rows"]:
        for place, table in enumerate(reading.tables):
            _write_rows(table, folder / f"{place}.ndjson")
    said = {
        "reading": reading.as_dict(),
        "last_data_rows": [table.last_data_row for table in reading.tables],
        "marks": _marks(request, reading),
        "corners": [table.corner for table in reading.tables],
        "examined": _examined(request, reading),
    }
    (folder / _READING).write_text(json.dumps(said), encoding="utf-8")


def _examined(request: Mapping[str, Any], reading: Reading) -> Any:
    """What the function that was asked for says; its name comes from our own code, never from a file."""
    if not request.get("by"):
        return None
    module, _, name = request["by"].partition(":")
    return getattr(importlib.import_module(module), name)(reading, request["asked"])


def _write_rows(table: Table, path: Path) -> None:
    encode = json.JSONEncoder(check_circular=False).encode
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(
            f"{encode([number, list(cells)])}\n" for number, cells in table.source() if not is_blank(cells)
        )


def _marks(request: Mapping[str, Any], reading: Reading) -> list[dict[str, Any] | None]:
    """What `_said_marks` takes back, for each table; None for all of them where marks cannot be read."""
    seen: Mapping[str, SheetMarks] = {}
    if request["marks"] and reading.tables and reading.format in EXCEL - {"XLS"}:
        with suppress(RefusedFile):
            seen = marks_of(Source(request["name"], Path(request["path"])), Limits(**request["limits"]))
    return [_written(seen.get(table.sheet or "")) for table in reading.tables]


def _written(marks: SheetMarks | None) -> dict[str, Any] | None:
    if marks is None:
        return None
    return {"links": [[*cell, address] for cell, address in marks.links.items()], "merged": marks.merged}


def served(request: Mapping[str, Any]) -> int:
    """In the child: what `examined` asks for."""
    return confined.serve(_child, request)


def ready() -> None:
    """Load what every reading needs; a nursery calls it once."""
    read(_SMALL, "a.csv")
