"""The files that a shell names: the one that is written must not be one that holds somebody's data."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

_REPORTS = frozenset({".html", ".htm"})
_STANDARD_INPUT = frozenset({"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})


def refusal(report: str, files: Sequence[str]) -> str:
    """Say in Japanese why a report is not written there, and how to mend that; empty where it may be.

    It is not written over a file that is read, by whatever name or link, nor over one that is there and is no page;
    a page of before is replaced. What is no ordinary file (a terminal, a pipe) keeps nothing that could be lost.

    Args:
        report: path of the page to be written. files: as the shell named them, ``-`` for standard input.
    """
    mend = "書き出す先には、新しい .html の名前を書いてください(例 --html report.html)。"
    if any(_same(report, "/dev/stdin" if file in _STANDARD_INPUT else file) for file in files):
        return f"「{report}」は調べるファイルなので、結果で上書きしません。{mend}"
    path = Path(os.path.realpath(report))
    if path.is_file() and path.stat().st_size and path.suffix.lower() not in _REPORTS:
        return f"「{report}」は今あるファイルで、結果のページ(.html)ではないので、上書きしません。{mend}"
    return ""


def _same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False  # one of them is not there: it can be nothing that is there
