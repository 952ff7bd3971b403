"""Work on bytes from outside in a child process with caps on memory, time and disk: a bombed parser kills no worker.

The child gets no environment and no secrets, writes into a private folder, and is believed only as data.
"""

from __future__ import annotations

import errno
import json
import logging
import resource
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from osakadx import nursery
from osakadx.bilingual import Bilingual
from osakadx.errors import OsakadxError

log = logging.getLogger(__name__)

MEBI = 1 << 20
_OUT_OF_MEMORY, _OUT_OF_DISK = 3, 4
_OPEN_FILES = 64


@dataclass(frozen=True)
class Caps:
    """What the child may use: bytes of memory, seconds of processor and of waiting, bytes of one written file."""

    memory_bytes: int = 512 * MEBI
    cpu_seconds: int = 30
    wall_seconds: float = 30.0
    file_bytes: int = 2048 * MEBI


class StoppedError(OsakadxError):
    """The child had to be stopped; `message` says at which limit."""

    slug = "reading-stopped"


def call(function: str, body: bytes, arguments: Mapping[str, Any], *, caps: Caps | None = None, name: str = "") -> Any:
    """Have a function of ours work on bytes in a child process.

    Args:
        function: ``module:name``; it takes the bytes and the arguments by name, and returns what JSON can hold, or
            raises an `OsakadxError`.
        body: the bytes. arguments: what JSON can hold.
        caps: what the child may use.
        name: of the bytes, for messages.

    Raises:
        StoppedError: the child had to be stopped, or died.
        OsakadxError: as the function raised it; of the base class, with its slug.
    """
    caps = caps or Caps()
    with tempfile.TemporaryDirectory(prefix="osakadx-") as folder:
        (Path(folder) / "body").write_bytes(body)
        request = {"function": function, "arguments": dict(arguments), "folder": folder}
        if stopped := run("osakadx.confined:called", request, caps, name, [function.partition(":")[0]]):
            raise StoppedError(
                f"読むのを途中でやめました({stopped})。",
                where=name,
                fix="大きすぎないか、こわれていないか、公開元で確かめてください。大きいものは、いくつかに分けてください。",
            )
        said = json.loads((Path(folder) / "said.json").read_text(encoding="utf-8"))
    if "error" in said:
        raise OsakadxError(**said["error"])
    return said["value"]


def run(work: str, request: Mapping[str, Any], caps: Caps, name: str, also: Sequence[str] = ()) -> Bilingual | None:
    """Have a function of ours work on a request in a child process; return why it was stopped, or None.

    Args:
        work: ``module:name`` of a function that takes the request and hands itself to `serve`.
        request: what JSON can hold, with the private ``folder`` of the work.
        also: further modules that the work needs.
    """
    request = {**request, "caps": asdict(caps)}
    try:
        code, errors = nursery.run(work, request, Path(request["folder"]), caps.wall_seconds, also)
    except TimeoutError:
        seconds = f"{caps.wall_seconds:g}"
        return Bilingual(f"{seconds} 秒で読み終わりませんでした", f"it was not done within {seconds} seconds")
    if code == 0:
        return None
    log.warning("reading of %s ended with %d: %s", name, code, errors[-2000:])
    if -code in (9, 24):  # SIGKILL, SIGXCPU
        return Bilingual(
            f"{caps.cpu_seconds} 秒の計算で読み終わりませんでした",
            f"it was not done within {caps.cpu_seconds} seconds of computing",
        )
    if code in (_OUT_OF_MEMORY, -6, -11):  # also SIGABRT and SIGSEGV: a parser that got no memory
        room = f"{caps.memory_bytes // MEBI} MB"
        return Bilingual(f"{room} のメモリに収まりませんでした", f"it did not fit into {room} of memory")
    if code == _OUT_OF_DISK:
        room = f"{caps.file_bytes // MEBI} MB"
        return Bilingual(f"読み取った表が {room} に収まりませんでした", f"its tables did not fit into {room}")
    return Bilingual("予期しない誤りが起きました", "an unexpected error happened")


def serve(work: Callable[[Mapping[str, Any]], None], request: Mapping[str, Any]) -> int:
    """In the child: confine this process, do one request, and return the exit code."""
    _confine(Caps(**request["caps"]))
    try:
        work(request)
    except MemoryError:
        return _OUT_OF_MEMORY
    except OSError as error:
        if error.errno in (errno.EFBIG, errno.ENOSPC):
            return _OUT_OF_DISK
        raise
    return 0


def _confine(caps: Caps) -> None:
    for what, soft, hard in (
        (resource.RLIMIT_AS, caps.memory_bytes, caps.memory_bytes),
        (resource.RLIMIT_CPU, caps.cpu_seconds, caps.cpu_seconds + 1),
        (resource.RLIMIT_FSIZE, caps.file_bytes, caps.file_bytes),
        (resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(what, (soft, hard))


def _called(request: Mapping[str, Any]) -> None:
    folder = Path(request["folder"])
    module, _, name = request["function"].partition(":")
    try:
        said = {"value": getattr(import_module(module), name)((folder / "body").read_bytes(), **request["arguments"])}
    except OsakadxError as error:
        said = {"error": {"message": error.message, "where": error.where, "fix": error.fix, "slug": error.slug}}
    (folder / "said.json").write_text(json.dumps(said), encoding="utf-8")


def called(request: Mapping[str, Any]) -> int:
    """In the child: what `call` asks for."""
    return serve(_called, request)
