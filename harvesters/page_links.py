"""The data sets that a page of links offers: which links lead to data, what they are called, which belong together.

Without a recipe: a link to a data file names a data set by its own words. Where these say only a format, a size, a date
or "download", the row, list item or definition it stands in names it, and where that says nothing either, the heading
above. Links under one name are the files of one data set.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from osakadx import links as addresses
from osakadx.errors import ListingError
from osakadx.links import LinkError
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from . import link_words, page_tables

HEADINGS = "h1, h2, h3, h4, h5, h6, caption"
LINKS = "a[href]"
SELECTORS = ("scope", "item", "title", "description", "section", "link")  # of a recipe
DATA = frozenset(
    {"csv", "tsv", "xlsx", "xlsm", "xls", "ods", "json", "geojson", "jsonld", "xml", "kml", "kmz", "zip", "shp", "gml"}
    | {"gpx", "rdf", "ttl", "nt", "parquet"}
)
DOCUMENTS = frozenset({"pdf", "doc", "docx", "txt", "ppt", "pptx"})
LONGEST_WORDS = 300
MOST_LINKS = 20_000  # to data, on one page
DEEPEST = 512  # elements inside each other, as in browsers
ROW_LINKS = 100  # a row, list item or paragraph with more of them is the page, and describes none of them

_ROWS = frozenset({"tr", "li", "dd", "dt", "p"})
_BLOCKS = _ROWS | {"div", "section", "article", "td", "body"}
_TABLES = frozenset({"table"})
_FURNITURE = frozenset({"nav", "footer"})


@dataclass(frozen=True)
class Recipe:
    """How to read one page; CSS selectors.

    Attributes:
        scope: the part of the page to read. item: what stands for one data set; empty: by the words of the links.
        title, description: inside an item. section: headings. link: links to files.
        extensions: of data files; None: DATA, or any file where `link` was given.
    """

    scope: str = "body"
    item: str = ""
    title: str = ""
    description: str = ""
    section: str = HEADINGS
    link: str = LINKS
    by_section: bool = False
    extensions: frozenset[str] | None = None

    def takes(self, extension: str) -> bool:
        """Whether a link with this file name extension is one to data."""
        if self.extensions is not None:
            return extension in self.extensions
        return self.link != LINKS or extension in DATA


@dataclass(frozen=True)
class File:
    """A link to data. format: from its address or its words, upper case; size: as its words mention it."""

    url: str
    words: str
    format: str = ""
    size: str = ""


@dataclass(frozen=True)
class Offer:
    """A data set as a page offers it; `named` says whether the link's own words gave the title."""

    section: str
    title: str
    description: str = ""
    files: tuple[File, ...] = ()
    named: bool = False


@dataclass
class Found:
    """What a page holds.

    Attributes:
        passed: extension → number of links to documents that are no data. cut: there were more links than MOST_LINKS.
        malformed: addresses of links and of the page's ``base`` that are none, as written.
        merged: names of rows of a table that stand for one data set, though their other cells say different things.
        unsized: links that note the format of data, but neither in their addresses nor with the size of a file.
        repeated: addresses of files that stand under one name and several headings.
    """

    offers: list[Offer] = field(default_factory=list[Offer])
    passed: Counter[str] = field(default_factory=Counter[str])
    cut: bool = False
    malformed: list[str] = field(default_factory=list[str])
    merged: list[str] = field(default_factory=list[str])
    unsized: int = 0
    repeated: list[str] = field(default_factory=list[str])


def parsed(body: bytes, *, url: str, recipe: Mapping[str, Any]) -> dict[str, Any]:
    """As `read`, in the form in which it passes from a confined process: see `found`."""
    extensions = recipe["extensions"]
    told: dict[str, Any] = {**recipe, "extensions": None if extensions is None else frozenset(extensions)}
    seen = read(body.decode("utf-8", "replace"), url, Recipe(**told))
    return {**asdict(seen), "passed": dict(seen.passed)}


def found(said: Mapping[str, Any]) -> Found:
    """What `parsed` said."""
    offers: list[Offer] = []
    for each in said["offers"]:
        offer: dict[str, Any] = {**each, "files": tuple(File(**file) for file in each["files"])}
        offers.append(Offer(**offer))
    told: dict[str, Any] = {**said, "offers": offers, "passed": Counter(said["passed"])}
    return Found(**told)


def read(html: str, url: str, recipe: Recipe) -> Found:
    """Return what a page offers, in its order.

    Args:
        html: the page. url: its address, for relative links.

    Raises:
        ListingError: a selector is none (``option-refused``).
        MemoryError: the page takes more than there is.
    """
    try:
        tree = LexborHTMLParser(html)
    except SelectolaxError as error:  # it takes any bytes, unless it gets no memory
        raise MemoryError from error
    _check_selectors(tree, url, recipe)
    found = Found()
    base = tree.css_first("base[href]")
    base_url = (_target(url, base, found) if base else "") or url  # browsers pass over a base that is no address, too
    gathered = _Gathered(found.offers)
    rows = _Rows()
    links = 0
    for node, section, page in _links(tree, recipe):
        target = _target(base_url, node, found)
        if not target:
            continue
        words = _text(node)
        own = _extension(target)
        extension = own or (_noted(target, words) if recipe.link == LINKS else "")
        if not recipe.takes(extension):
            if extension in DOCUMENTS:
                found.passed[extension] += 1
            continue
        if extension != own and not link_words.size(words):
            found.unsized += 1
            continue
        links += 1
        if links > MOST_LINKS:
            found.cut = True
            break
        file = File(target.split("#")[0], words, extension.upper(), link_words.size(words))
        offer = _by_recipe(node, section, file, recipe) if recipe.item else _by_words(node, section, file, recipe, rows)
        if offer:
            # A section such as 2月度 names nothing without the page's own heading.
            whole = offer.title if link_words.says_something(offer.title) else f"{page} {offer.title}".strip()
            gathered.add(replace(offer, title=whole))
    found.merged, found.repeated = list(rows.merged), list(gathered.repeated)
    return found


def _check_selectors(tree: LexborHTMLParser, url: str, recipe: Recipe) -> None:
    for name in SELECTORS:
        selector = getattr(recipe, name)
        try:
            if selector:
                tree.css_first(selector)
        except SelectolaxError:
            raise ListingError(
                f"設定の{name}「{selector}」はCSSセレクターになっていません。",
                where=url,
                fix=f"{name}を「#contents」「.data-list li」のような書き方に直してください。",
                slug="option-refused",
            ) from None


def _target(base: str, node: LexborNode, found: Found) -> str:
    """Where an element's ``href`` leads on the web; empty for another scheme, and, told, where that is no address."""
    href = _attribute(node, "href")
    try:
        target = addresses.joined(base, href)
        return target if addresses.parts(target).scheme in ("http", "https") else ""
    except LinkError:
        if len(found.malformed) < MOST_LINKS:
            found.malformed.append(href[:LONGEST_WORDS])
        return ""


def _links(tree: LexborHTMLParser, recipe: Recipe) -> Iterator[tuple[LexborNode, str, str]]:
    """Every link of the scope in reading order, with the heading above it and the page's own (h1)."""
    headings = {node.mem_id for node in tree.css(recipe.section)}
    links = {node.mem_id for node in tree.css(recipe.link)}
    for scope in tree.css(recipe.scope):
        section = page = ""
        for node in scope.traverse(include_text=False):
            if node.mem_id in headings:
                section = _text(node)
                page = section if node.tag == "h1" else page
            if node.mem_id in links and _attribute(node, "href") and not _above(node, _FURNITURE):
                yield node, section, page


def _by_recipe(node: LexborNode, section: str, file: File, recipe: Recipe) -> Offer | None:
    """The item that a link stands in; None outside every item."""
    above = next((each for each in _upwards(node) if each.css_matches(recipe.item)), None)
    if above is None:
        return None
    titled = above.css_first(recipe.title) if recipe.title else above.css_first(HEADINGS)
    described = above.css_first(recipe.description) if recipe.description else None
    title = _text(titled) if titled else link_words.name(file.words)
    return Offer(section, title or section, _text(described) if described else "", (file,))


def _by_words(node: LexborNode, section: str, file: File, recipe: Recipe, rows: _Rows) -> Offer:
    if recipe.by_section:
        return Offer(section, section, "", (file,))
    own = link_words.name(file.words)
    row = _above(node, _ROWS) or _above(node, _BLOCKS) or node
    if link_words.says_something(file.words):
        return Offer(section, own, rows.beside(row, own), (file,), named=True)
    line = rows.line(_above(node, _BLOCKS) or node, node)
    if line:
        return Offer(section, line, "", (file,))
    title = rows.name(row)
    if title:
        return Offer(section, title, rows.beside(row, title), (file,))
    return Offer(section, section or own, "", (file,))


class _Rows:
    """What stands in the rows, list items and definitions of a page, each read once."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._words: dict[int, list[str]] = {}
        self._tables: dict[int, page_tables.Naming] = {}
        self._lines: dict[int, dict[int, str]] = {}
        self.merged: dict[str, None] = {}

    def name(self, row: LexborNode) -> str:
        """What a row calls its links; empty where it says nothing."""
        if row.mem_id not in self._names:
            naming = self._naming(row)
            candidates = [naming.titles.get(row.mem_id, ""), *self._candidates(row)]
            said = (words for words in candidates if link_words.says_something(words))
            self._names[row.mem_id] = next((link_words.name(words) for words in said), "")
            if self._names[row.mem_id] in naming.merged:
                self.merged[self._names[row.mem_id]] = None
        return self._names[row.mem_id]

    def line(self, block: LexborNode, link: LexborNode) -> str:
        """What its line calls a link, where the lines of a block (``<br>``) name several things; else empty."""
        if block.mem_id not in self._lines:
            lines = _lines(block) if _is_row(block) else []
            names = {name for name, links in lines if links and name}
            self._lines[block.mem_id] = (
                {link: name for name, links in lines for link in links} if len(names) > 1 else {}
            )
        return self._lines[block.mem_id].get(link.mem_id, "")

    def _naming(self, row: LexborNode) -> page_tables.Naming:
        table = _above(row, _TABLES) if row.tag == "tr" else None
        if table is None:
            return page_tables.Naming()
        if table.mem_id not in self._tables:
            self._tables[table.mem_id] = page_tables.naming(
                table, lambda cell: _without_links(cell) if _is_row(cell) else ""
            )
        return self._tables[table.mem_id]

    def _candidates(self, row: LexborNode) -> list[str]:
        if row.tag == "tr":
            return [_without_links(cell) for cell in row.css("th, td")] if _is_row(row) else []
        if row.tag == "dd":
            term = row.prev
            for _ in range(ROW_LINKS):
                if term is None or term.tag == "dt":
                    break
                term = term.prev
            return [_text(term)] if term is not None and term.tag == "dt" else []
        return [_without_links(row)] if _is_row(row) else []

    def beside(self, row: LexborNode, title: str) -> str:
        """What else stands in the row: the longest of its words that is no title."""
        if row.mem_id not in self._words:
            cells = row.css("td") if row.tag == "tr" else [row]
            words = [_without_links(cell) for cell in cells] if _is_row(row) else []
            self._words[row.mem_id] = [said for said in words if link_words.says_something(said)]
        longest = max((said for said in self._words[row.mem_id] if said != title), key=len, default="")
        return longest if len(longest) >= 8 else ""


def _lines(row: LexborNode) -> list[tuple[str, list[int]]]:
    """The lines of an element, each with its name, or with that of the line above, and its links.

    None where the lines stand below words that name no line of theirs, as those may name them all.
    """
    written: list[tuple[list[str], list[int]]] = [([], [])]
    linked: set[int] = set()  # words within links
    for node in row.traverse(include_text=True):
        if node.tag == "br":
            written.append(([], []))
        elif node.tag == "a" and _attribute(node, "href"):
            written[-1][1].append(node.mem_id)
            linked |= {within.mem_id for within in node.traverse(include_text=True)}
        elif node.tag == "-text" and node.mem_id not in linked:
            written[-1][0].append(node.text(deep=False, strip=True))
    lines: list[tuple[str, list[int]]] = []
    name, above, begun = "", "", False  # above: what nothing is called by yet
    for words, links in written:
        said = link_words.name(" ".join(" ".join(words).split())[:LONGEST_WORDS])
        if link_words.says_something(said):
            if above:
                return []
            name, above = said, "" if links or begun else said
        elif links:
            above = ""
        begun = begun or bool(links)
        lines.append((name, links))
    return lines


def _is_row(node: LexborNode) -> bool:
    return len(node.css(LINKS)) <= ROW_LINKS


class _Gathered:
    """Data sets by their name: a link's file goes to the data set of its name.

    Two files of one format and an own name each stay apart.
    """

    def __init__(self, offers: list[Offer]) -> None:
        self._offers = offers
        self._places: dict[tuple[str, str], list[int]] = {}
        self._sections: dict[tuple[str, str], str] = {}  # name and address of a file → the heading it is under
        self.repeated: dict[str, None] = {}

    def add(self, offer: Offer) -> None:
        """Add what one link offers."""
        file = offer.files[0]
        name = (link_words.key(offer.title), file.url)
        if self._sections.setdefault(name, offer.section) != offer.section:
            self.repeated[file.url] = None
        places = self._places.setdefault((offer.section, offer.title), [])
        for place in places[:ROW_LINKS]:
            known = self._offers[place]
            if any(file.url == had.url for had in known.files):
                return
            if not offer.named or file.format not in {had.format for had in known.files}:
                self._offers[place] = replace(known, files=(*known.files, file))
                return
        places.append(len(self._offers))
        self._offers.append(offer)


def _without_links(node: LexborNode) -> str:
    """The words of an element outside its links, without the notes on format and size that stand beside them."""
    said = node.text(deep=True, separator=" ", strip=True)
    for link in node.css(LINKS):
        said = said.replace(link.text(deep=True, separator=" ", strip=True), " ", 1)
    return link_words.name(" ".join(said.split())[:LONGEST_WORDS])


def _text(node: LexborNode) -> str:
    """An element's words, or the alternative text of the picture that stands for them."""
    words = " ".join(node.text(deep=True, separator=" ", strip=True).split())
    if not words:
        picture = node.css_first("img[alt]")
        words = _attribute(picture, "alt") if picture else ""
    return words[:LONGEST_WORDS]


def _above(node: LexborNode, tags: frozenset[str]) -> LexborNode | None:
    return next((above for place, above in enumerate(_upwards(node)) if place and above.tag in tags), None)


def _upwards(node: LexborNode) -> Iterator[LexborNode]:
    """An element and those it stands in, from the inside out, as far as browsers would nest them."""
    above: LexborNode | None = node
    for _ in range(DEEPEST):
        if above is None:
            return
        yield above
        above = above.parent


def _attribute(node: LexborNode, name: str) -> str:
    attributes: Mapping[str, Any] = node.attributes
    return str(attributes.get(name) or "").strip()


def _noted(url: str, words: str) -> str:
    """The format that a link's words note, where its address may lead to a file: ``/download.php?id=3``."""
    path = addresses.parts(url).path.lower()
    return "" if path.endswith((".html", ".htm", ".shtml")) else link_words.extension(words)


def _extension(url: str) -> str:
    """The file name extension of an address: of its path, else of a value in its query (``?file=list.csv``)."""
    parts = urlsplit(url)
    names = [parts.path, *(value for _, value in parse_qsl(parts.query))]
    found = (PurePosixPath(unquote(name)).suffix[1:].lower() for name in names)
    known = [extension for extension in found if extension in DATA | DOCUMENTS]
    return known[0] if known else ""
