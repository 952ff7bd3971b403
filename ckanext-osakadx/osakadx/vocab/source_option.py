"""What each kind of harvest source can be told, as fields of a form: names, help, and how a field's text is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from osakadx import data

_PATH = "vocabularies/source_options.csv"
INPUTS = frozenset({"text", "number", "list", "pairs", "flag", "unless"})


@dataclass(frozen=True)
class SourceOption:
    """One option of a kind of sources.

    Attributes:
        key: as the kind calls it.
        input: ``text``; ``number``; ``list``, one value per line; ``pairs``, ``key=value`` per line; ``flag``: true
            where ticked; ``unless``: false where ticked.
    """

    key: str
    input: str
    label_ja: str
    label_en: str
    help_ja: str
    help_en: str

    def value(self, written: str) -> Any:
        """What a field's text means; None where nothing is said."""
        lines = [line.strip() for line in written.splitlines() if line.strip()]
        if not lines:
            return None
        if self.input == "list":
            return lines[0] if len(lines) == 1 else lines
        if self.input == "pairs":
            return {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines)}
        if self.input in ("flag", "unless"):
            return self.input == "flag"
        text = " ".join(lines)
        return int(text) if self.input == "number" and text.isascii() and text.isdecimal() else text

    def text(self, value: Any) -> str:
        """How a value stands in the field; the reverse of `value`."""
        if value is None or value == "":
            return ""
        if self.input in ("flag", "unless"):
            return "yes" if value is (self.input == "flag") else ""
        if isinstance(value, list):
            return "\n".join(str(each) for each in cast("list[Any]", value))
        if isinstance(value, dict):
            return "\n".join(f"{key}={each}" for key, each in cast("dict[str, Any]", value).items())
        return str(value)

    def holds(self, value: Any) -> bool:
        """Whether a value survives the field; what does not is left to the JSON."""
        text = self.text(value)
        return value is not None and json.dumps(self.value(text)) == json.dumps(value)


def source_options() -> Mapping[str, tuple[SourceOption, ...]]:
    """Kind → its options, in the order of the form."""
    found: dict[str, tuple[SourceOption, ...]] = {}
    columns = ("option", "input", "label_ja", "label_en", "help_ja", "help_en")
    for row in data.rows(_PATH, ("kind", *columns)):
        found[row["kind"]] = (*found.get(row["kind"], ()), SourceOption(*(row[column] for column in columns)))
    return found
