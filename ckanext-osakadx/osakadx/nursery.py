"""Processes that have our readers loaded and fork a child for each piece of work.

To start Python and load a reader takes ten times as long as to read a small file. A nursery is started once, without
environment and secrets, waits, and never looks at a byte from outside: only its children do, each new from the fork.
A nursery has one child at a time; as many as are needed together are kept, and each ends with the process it is of.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

_REQUEST, _ERRORS = "request.json", "errors"
_TRIES = 2  # new nurseries that may die at the same work, which then dies of it
_FILES = 1024  # open files that a child could have been born with


def run(
    work: str, request: Mapping[str, Any], folder: Path, seconds: float, also: Sequence[str] = ()
) -> tuple[int, str]:
    """Have a function of ours work in a child process.

    Args:
        work: ``module:name`` of a function that takes the request and returns an exit code.
        request: what JSON can hold.
        folder: a private one, absolute, for the request and for what the child says of its failure.
        seconds: it may take, start and all.
        also: further modules that the work needs. They and that of the work are loaded once for all children; where
            one has a function ``ready``, it is called then, so that what it loads is there for all as well.

    Returns:
        its exit code (negative: the signal that ended it), and what it wrote to standard error.

    Raises:
        TimeoutError: it was not done in time, and has been killed.
    """
    deadline = time.monotonic() + seconds
    asked = {"work": work, "also": list(also), "request": dict(request)}
    (folder / _REQUEST).write_text(json.dumps(asked), encoding="utf-8")
    code, fresh = None, 0
    while code is None and fresh < _TRIES:
        nursery = _idle_one()
        if nursery is None:
            nursery, fresh = _Nursery(), fresh + 1
        code = nursery.run(folder, deadline)
        if code is not None:
            _idle.append(nursery)
    errors = folder / _ERRORS
    said = errors.read_text("utf-8", "replace") if errors.exists() else ""
    return 1 if code is None else code, said


class _Nursery:
    """The side of a nursery's parent."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
            [python(), "-I", "-X", "utf8", "-m", "osakadx.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
        )

    def run(self, folder: Path, deadline: float) -> int | None:
        """The exit code of the work that lies in a folder; None where the nursery has died of itself.

        Raises:
            TimeoutError: the deadline has passed; the nursery and its child are gone.
        """
        process = self._process
        assert process.stdin and process.stdout
        try:
            process.stdin.write(os.fsencode(folder) + b"\n")
            said = self._answer(process.stdout.fileno(), deadline)
        except BrokenPipeError:
            said = b""
        except BaseException:  # nobody waits for it any more, whoever interrupted us
            self.end()
            raise
        if not said.strip().lstrip(b"-").isdigit():
            self.end()
            return None
        return int(said)

    @staticmethod
    def _answer(pipe: int, deadline: float) -> bytes:
        waiting = select.poll()
        waiting.register(pipe, select.POLLIN)
        said = b""
        while not said.endswith(b"\n"):
            if not waiting.poll(max(deadline - time.monotonic(), 0) * 1000):
                raise TimeoutError
            part = os.read(pipe, 64)
            if not part:
                return b""
            said += part
        return said

    def end(self) -> None:
        """Kill the nursery and what it has in hand."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._closed()
        self._process.wait()

    def forget(self) -> None:
        """In a copy of the process it is of: let go of its pipes, or it would outlive that one."""
        self._closed()
        self._process.returncode = 0  # nothing to wait for

    def _closed(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()


_idle: list[
    _Nursery
] = []  # its appends and pops are each one step, so that threads need no lock that a fork would copy


def _idle_one() -> _Nursery | None:
    with suppress(IndexError):
        return _idle.pop()
    return None


def close() -> None:
    """End the nurseries that wait for work."""
    while nursery := _idle_one():
        nursery.end()


def _forget() -> None:
    while nursery := _idle_one():
        nursery.forget()


atexit.register(close)
os.register_at_fork(after_in_child=_forget)


def python() -> str:
    """The interpreter of this environment; inside an embedding server `sys.executable` is the server."""
    beside = Path(sys.prefix) / "bin" / "python3"
    return str(beside) if beside.exists() else sys.executable


# -- in the nursery ----------------------------------------------------------------------------------------------------


def _nurse() -> None:
    """Fork a child for each folder named on standard input, and say how it ended, until nobody is there any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # one that ignores it has children that nobody can wait for
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever a module prints when it is loaded
    ready: set[str] = set()
    for line in sys.stdin.buffer:
        folder = Path(os.fsdecode(line[:-1]))
        said = json.loads((folder / _REQUEST).read_text("utf-8"))
        with suppress(Exception):  # the child will say it
            for name in {said["work"].partition(":")[0], *said["also"]} - ready:
                module = importlib.import_module(name)
                ready.add(name)
                getattr(module, "ready", _nothing)()
        gc.freeze()  # or each child would copy what it only counts
        child = os.fork()
        if not child:
            _work(said, folder)
        _, status = os.waitpid(child, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
        answers.flush()


def _nothing() -> None:
    pass


def _work(said: Mapping[str, Any], folder: Path) -> NoReturn:
    """In the child: nothing of the nursery is left open, whatever becomes of the work."""
    code = 1
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        errors = os.open(folder / _ERRORS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for ours, place in ((nothing, 0), (nothing, 1), (errors, 2)):
            os.dup2(ours, place)
        os.closerange(3, _FILES)
        module, _, name = said["work"].partition(":")
        function: Callable[[Mapping[str, Any]], int] = getattr(importlib.import_module(module), name)
        code = function(said["request"])
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(BaseException):
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _nurse()
