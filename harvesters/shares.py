"""The folders that an operator has opened to harvesting, and what leads into them and not out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True)
class Shares:
    """Folders with a name, under which a source knows them, and folders without one, known by their path.

    Attributes:
        names: name → real path. paths: real paths.
    """

    names: Mapping[str, Path]
    paths: tuple[Path, ...]

    @classmethod
    def read(cls, words: Iterable[str]) -> Shares:
        """Read ``name=/absolute/path`` and ``/absolute/path``; what is neither opens nothing."""
        names: dict[str, Path] = {}
        paths: list[Path] = []
        for word in words:
            name, sign, path = word.partition("=")
            if sign and NAME.fullmatch(name) and Path(path).is_absolute():
                names[name] = _real(path)
            elif word.startswith("/"):
                paths.append(_real(word))
        return cls(names, tuple(paths))

    def named(self, name: str, inside: str) -> Path | None:
        """The real path of a folder inside a named one; None where there is no such name or it leads out of it."""
        root = self.names.get(name)
        if root is None:
            return None
        found = _real(root / inside.strip("/"))
        return found if found.is_relative_to(root) else None

    def plain(self, path: Path) -> Path | None:
        """The real path of a folder that lies in one without a name, or is one."""
        found = _real(path)
        return found if any(found.is_relative_to(root) for root in self.paths) else None


def named(words: Iterable[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Give every folder a name: its own, else the last part of its path.

    Returns:
        (``name=/path`` words, words that are no folder or whose name another one has).
    """
    found: dict[str, str] = {}
    wrong: list[str] = []
    for word in words:
        name, sign, path = word.partition("=")
        if not sign:
            name, path = Path(word).name.lower(), word
        if NAME.fullmatch(name) and path.startswith("/") and name not in found:
            found[name] = f"{name}={path}"
        else:
            wrong.append(word)
    return frozenset(found.values()), tuple(wrong)


def _real(path: str | Path) -> Path:
    return Path(os.path.realpath(path))
