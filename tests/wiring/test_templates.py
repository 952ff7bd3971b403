"""What our templates say goes through gettext: no English or Japanese stands in them as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from ckanext.osakadx.i18n import messages
from jinja2 import Environment

NAMES = {
    "API",
    "Atom",
    "CKAN",
    "CSV",
    "DCAT",
    "GeoJSON",
    "JSON",
    "JSON-LD",
    "PDF",
    "RDF",
    "RSS",
    "Turtle",
    "URL",
    "XML",
    "TSV",
    "km",
}
# A language is named in itself, whatever the page's language is.
NAMES |= {"English", "日本語"}
SPOKEN = {"alt", "aria-label", "aria-description", "label", "placeholder", "title"}
SILENT = {"script", "style", "code", "pre", "template"}
WORD = re.compile(r"(?<![/\w-])[A-Za-z][A-Za-z-]+|[\u3041-\u30ff\u4e00-\u9fff]+")
ADDRESS = re.compile(r"\S*(?:://|@|\.[a-z]{2})\S*")
ATTRIBUTE = re.compile(r'\s*[\w-]+="[^"]*"\s*')  # on its own in a block


class Reader(HTMLParser):
    """Collects words that a page shows or a screen reader speaks."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        button = tag == "input" and dict(attrs).get("type") in {"submit", "button", "reset"}
        for name, value in attrs:
            if name in SPOKEN or (button and name == "value"):
                self._hear(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._hear(data)

    def _hear(self, text: str) -> None:
        self.words += [word for word in WORD.findall(ADDRESS.sub(" ", text)) if word not in NAMES]


def literal(source: str) -> str:
    """Return a template's own markup: what Jinja computes is left out, and so is what `trans` translates."""
    return "".join(_literal(source))


def _literal(source: str) -> Iterator[str]:
    tag, translated, before = "", False, ""
    for _, kind, value in Environment(autoescape=True).lex(source):
        if kind == "block_begin":
            tag = ""
        elif kind == "name" and not tag:
            tag = value
            translated = (translated or tag == "trans") and tag != "endtrans"
        elif kind == "variable_begin" and before.endswith(("<", "</")):
            yield "div"  # an element's name is computed
        elif kind == "data" and not translated and not ATTRIBUTE.fullmatch(value):
            yield value
        before = value


def said(source: str) -> list[str]:
    reader = Reader()
    reader.feed(literal(source))
    return reader.words


def our_templates() -> list[Path]:
    return sorted(path for path in messages.folder("ckanext.osakadx").rglob("templates/**/*.html"))


@pytest.mark.parametrize("path", our_templates(), ids=lambda path: "/".join(path.parts[-4:]))
def test_a_template_says_nothing_past_gettext(path: Path):
    assert said(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source, words",
    [
        ("<p>{{ _('Search') }}</p>", []),
        ("<p>{% trans %}Search <b>data</b>{% endtrans %}</p>", []),
        ("<p>Search</p>", ["Search"]),
        ("<p>検索</p>", ["検索"]),
        ('<img alt="Map" src="map.png">', ["Map"]),
        ('<a href="{{ url }}" title="{{ _("Map") }}">CSV</a>', []),
        ('<input type="submit" value="Save"><input type="hidden" value="save">', ["Save"]),
        ('<{{ heading }} class="number">/dataset/{{ name }}</{{ heading }}>', []),
        ('{% block chosen %} class="active"{% endblock %}', []),
        ("<script>let Search = 1</script>{# Search #}", []),
    ],
)
def test_words_are_found_where_people_meet_them(source: str, words: list[str]):
    assert said(source) == words


COMPUTED = re.compile(r"""(?<![\w.])_\((?!['"])[^()]*\)(?!\|forceescape)""")


@pytest.mark.parametrize("path", our_templates(), ids=lambda path: "/".join(path.parts[-4:]))
def test_what_is_computed_and_translated_is_escaped(path: Path):
    outputs = re.findall(r"{{.*?}}", path.read_text(encoding="utf-8"))
    assert [found for output in outputs for found in COMPUTED.findall(output)] == []


def test_the_key_of_an_error_is_text_whatever_it_holds():
    source = (messages.folder("ckanext.osakadx") / "templates/macros/form/errors.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    environment.install_gettext_callables(lambda text: text, lambda one, many, n: one, newstyle=True)
    shown = environment.from_string(source + "{{ errors({'<b onclick=x>': '<i>'}) }}").render()
    assert "&lt;b onclick=x&gt;: &lt;i&gt;" in shown and "<b" not in shown
