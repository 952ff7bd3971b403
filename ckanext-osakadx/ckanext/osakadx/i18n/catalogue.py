"""Which messages our catalogue keeps, and how it is read and written.

It keeps every message of our own sources; of CKAN and the extensions it keeps what they leave untranslated and what we
word differently. A message that nobody shows any more leaves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from ckanext.osakadx.i18n import messages

DOMAIN = "ckanext-osakadx"
FOLDER = Path(__file__).parent
TEMPLATE = FOLDER / f"{DOMAIN}.pot"
JAPANESE = FOLDER / "ja" / "LC_MESSAGES" / f"{DOMAIN}.po"
COMPILED = JAPANESE.with_suffix(".mo")


class _Japanese(Catalog):
    """A catalogue with a header of its own: Babel's has dates, which would change the files at every run."""

    mime_headers = [
        ("Project-Id-Version", DOMAIN),
        ("Language", "ja"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Plural-Forms", "nplurals=1; plural=0;"),
    ]

    def __init__(self) -> None:
        super().__init__(locale="ja", domain=DOMAIN, fuzzy=False, header_comment="# 大阪オープンデータカタログの日本語")


@dataclass(frozen=True)
class Files:
    """The three files of the catalogue as bytes, and the message ids that still lack Japanese."""

    template: bytes
    japanese: bytes
    compiled: bytes
    untranslated: tuple[str, ...]

    def changed(self) -> list[Path]:
        """Return the paths whose content on disk differs."""
        return [path for path, content in self._contents() if not path.exists() or path.read_bytes() != content]

    def write(self) -> None:
        """Write those that differ."""
        for path, content in self._contents():
            if path in self.changed():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)

    def _contents(self) -> list[tuple[Path, bytes]]:
        return [(TEMPLATE, self.template), (JAPANESE, self.japanese), (COMPILED, self.compiled)]


def read(path: Path) -> Catalog:
    """Read a `.po` file; an absent one is an empty catalogue."""
    if not path.exists():
        return Catalog(locale="ja")
    with path.open("rb") as file:
        return read_po(file, locale="ja")


def others() -> Catalog:
    """Return the Japanese that is there without us: core's, then that of extensions which bring some."""
    merged = Catalog(locale="ja")
    for package in messages.installed_packages():
        for path in sorted(messages.folder(package).glob("i18n/ja/LC_MESSAGES/*.po")):
            _overlay(merged, read(path))
    return merged


def find(catalogue: Catalog, message: Message) -> Message | None:
    """Return a catalogue's entry for a message, whatever its plural."""
    return catalogue.get(_singular(message), message.context)


def japanese_of(catalogue: Catalog, message: Message) -> str:
    """Return a catalogue's Japanese for a message; empty if there is none or it is only a guess (fuzzy)."""
    found = find(catalogue, message)
    if found is None or found.fuzzy or not found.string:
        return ""
    return found.string if isinstance(found.string, str) else found.string[0]


def merge(own: Catalog, installed: Catalog, others: Catalog, *ours: Catalog) -> Catalog:
    """Return the Japanese catalogue as it should be.

    Args:
        own: message ids of this project.
        installed: message ids of everything else that is shown.
        others: Japanese that is there without us.
        ours: our Japanese; of several the later win (fragments that came with a change).
    """
    written = Catalog(locale="ja")
    for catalogue in ours:
        _overlay(written, catalogue)
    result = _Japanese()
    for message in _messages(own):
        _put(result, message, japanese_of(written, message) or japanese_of(others, message))
    for message in _messages(installed):
        japanese, theirs = japanese_of(written, message), japanese_of(others, message)
        if japanese_of(result, message) or not theirs or (japanese and japanese != theirs):
            _put(result, message, japanese)
    return result


def files(japanese: Catalog) -> Files:
    """Return what to write for a catalogue."""
    template, compiled = _Japanese(), BytesIO()
    for message in _messages(japanese):
        _put(template, message, "")
    write_mo(compiled, japanese)
    missing = tuple(_singular(message) for message in _messages(japanese) if not japanese_of(japanese, message))
    return Files(_po(template), _po(japanese), compiled.getvalue(), missing)


def _po(catalogue: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalogue, width=0, omit_header=False, sort_output=True, include_lineno=False)
    return file.getvalue()


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _put(catalogue: Catalog, message: Message, japanese: str) -> None:
    string = japanese if isinstance(message.id, str) else (japanese,)
    catalogue.add(message.id, string, locations=message.locations, context=message.context)


def _overlay(onto: Catalog, catalogue: Catalog) -> None:
    for message in _messages(catalogue):
        japanese = japanese_of(catalogue, message)
        if japanese:
            onto.delete(_singular(message), message.context)
            _put(onto, message, japanese)
