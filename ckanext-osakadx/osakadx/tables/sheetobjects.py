"""What lies on the sheets of an .xlsx: pictures, charts, shapes and text boxes, and comments in cells."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Mapping
from xml.etree import ElementTree

from osakadx.bilingual import Bilingual
from osakadx.tables.archive import Archive
from osakadx.tables.limits import MEBI

PICTURE, CHART, SHAPE = "picture", "chart", "shape"
_CALLED = {
    PICTURE: Bilingual("図や画像", "pictures"),
    CHART: Bilingual("グラフ", "charts"),
    SHAPE: Bilingual("図形やテキストボックス", "shapes or text boxes"),
}
_KINDS = {b"pic": PICTURE, b"graphicFrame": CHART, b"sp": SHAPE, b"cxnSp": SHAPE}
_OBJECT = re.compile(rb"<(?:\w+:)?(pic|graphicFrame|sp|cxnSp)[ />]")
_COMMENT = re.compile(rb'<(?:\w+:)?comment [^>]*?\bref="([A-Z]{1,3}\d{1,7})"')
_RELATIONS_BYTES = 16 * MEBI
_LISTED = 10_000


class ObjectWatch:
    """Watches a part go by that is no sheet, a window at a time; windows overlap.

    Attributes:
        kinds: of the objects in a drawing. comments: addresses of the cells with one.
    """

    def __init__(self, part: str) -> None:
        self._drawing = "/drawings/" in part
        self._comments = "/comments" in part
        self.kinds: set[str] = set()
        self.comments: dict[str, None] = {}

    def see(self, window: bytes) -> None:
        """Look at the next window."""
        if self._drawing:
            self.kinds |= {_KINDS[name] for name in _OBJECT.findall(window)}
        if self._comments and len(self.comments) < _LISTED:
            self.comments |= {address.decode("ascii"): None for address in _COMMENT.findall(window)}


def on_sheet(
    archive: Archive, part: str, watched: Mapping[str, ObjectWatch]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the kinds of objects that lie on a sheet, and the addresses of its cells with comments.

    Args:
        part: of the sheet. watched: the other parts, all of them seen, by their names.

    Raises:
        RefusedFile: the sheet's relations are too large or broken.
    """
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive.names:
        return (), ()
    try:
        tree = ElementTree.fromstring(archive.read(relations, _RELATIONS_BYTES))  # noqa: S314  was watched for entities
    except ElementTree.ParseError:
        return (), ()  # the cells are read all the same
    targets = (posixpath.normpath(posixpath.join(f"/{folder}", each.get("Target", "")))[1:] for each in tree)
    met = [watched[target] for target in targets if target in watched]
    kinds = {kind for each in met for kind in each.kinds}
    return tuple(kind for kind in _CALLED if kind in kinds), tuple(cell for each in met for cell in each.comments)


def called(kinds: Collection[str]) -> Bilingual:
    """Return what to call objects of these kinds: グラフ・図形やテキストボックス."""
    names = [name for kind, name in _CALLED.items() if kind in kinds]
    return Bilingual("・".join(names), ", ".join(name.en for name in names))
