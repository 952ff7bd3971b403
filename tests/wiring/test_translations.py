"""Every string that the installed sources can show has Japanese, in the terms of the glossary, and ours wins."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import entry_points

import pytest
from babel.messages.catalog import Catalog
from ckan.lib import i18n as ckan_i18n
from ckanext.osakadx.i18n import catalogue, messages
from flask import Flask
from flask_babel import Babel, Domain

# Importing CKAN warns of what it and its libraries will have to change; that is not our subject.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdirf]|\{\w*(?:!r)?\}|</?[a-zA-Z][^>]*>|&\w+;")
JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff々]")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
TITLE = re.compile(r' (?:title|alt)="[^"%{]*"')  # text in an attribute, to be translated
LONG = 15  # words; prose longer than a label or an error may go round a term

# What is written the same in Japanese.
NAMES = {
    "API",
    "CKAN",
    "CSV",
    "Facebook",
    "GUID",
    "ID",
    "JSON",
    "OpenID",
    "URI",
    "URL",
    "UTF",
    "KiB",
    "MiB",
    "GiB",
    "TiB",
}
# CKAN puts a field's raw name there ("organization"): a Japanese sentence is better off without it.
WITHOUT_A_PLACEHOLDER = {"Search datasets by {name}: {label}"}
# CKAN says "group" for organisations as well.
GROUP_OR_ORGANISATION = {
    "Group member has been deleted.",
    "Unauthorized to add member to group %s",
    "Unauthorized to create group %s members",
    "Unauthorized to delete group %s members",
}


@pytest.fixture(scope="module")
def own() -> Catalog:
    return messages.own()


@pytest.fixture(scope="module")
def installed() -> Catalog:
    return messages.installed()


@pytest.fixture(scope="module")
def ours() -> Catalog:
    return catalogue.read(catalogue.JAPANESE)


@pytest.fixture(scope="module")
def shown(own: Catalog, installed: Catalog, ours: Catalog) -> dict[str, tuple[tuple[str, ...], str, str]]:
    """Message id -> its English forms, the Japanese a page shows, the first file it stands in."""
    others = catalogue.others()
    found = {}
    for message in (*own, *installed):
        if message.id:
            forms = (message.id,) if isinstance(message.id, str) else tuple(message.id)
            japanese = catalogue.japanese_of(ours, message) or catalogue.japanese_of(others, message)
            found[forms[0]] = (forms, japanese, message.locations[0][0])
    return found


def glossary() -> Iterator[tuple[re.Pattern[str], str, re.Pattern[str] | None]]:
    with (catalogue.FOLDER / "glossary.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            english = re.compile(rf"\b(?:{row['english']})s?\b", re.IGNORECASE)
            yield english, row["japanese"], re.compile(row["avoid"]) if row["avoid"] else None


def words(text: str) -> str:
    return PLACEHOLDER.sub(" ", text)


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(TITLE.sub("", text)))


def test_every_message_that_can_be_shown_has_japanese(shown):
    assert [english for english, (_, japanese, _) in shown.items() if not japanese.strip()] == []


def test_japanese_is_japanese_and_not_the_english_again(shown):
    left = {
        english: japanese
        for english, (_, japanese, _) in shown.items()
        if not JAPANESE.search(japanese) and set(LATIN_WORD.findall(words(japanese))) - NAMES
    }
    assert left == {}


def test_placeholders_and_markup_survive(shown):
    changed = {}
    for english, (forms, japanese, _) in shown.items():
        if english not in WITHOUT_A_PLACEHOLDER and placeholders(japanese) not in map(placeholders, forms):
            changed[english] = japanese
    assert changed == {}


def test_placeholders_without_a_name_keep_their_order(shown):
    nameless = re.compile(r"%[sdirf]|\{\}")
    for forms, japanese, _ in shown.values():
        assert nameless.findall(japanese) == nameless.findall(forms[-1]), japanese


def test_words_that_the_glossary_avoids_are_nowhere(shown):
    for _, term, avoid in glossary():
        met = [japanese for _, japanese, _ in shown.values() if avoid and avoid.search(words(japanese))]
        assert met == [], f"write {term}"


def test_short_messages_use_the_terms_of_the_glossary(shown):
    missed = [
        (term, english, japanese)
        for wanted, term, _ in glossary()
        for english, (_, japanese, place) in shown.items()
        if wanted.search(words(english))
        and term not in japanese
        and len(words(english).split()) <= LONG
        and english not in GROUP_OR_ORGANISATION
        and not place.startswith("werkzeug")  # its "resource" is not a file
    ]
    assert missed == []


def test_the_committed_files_are_what_the_sources_give(own, installed, ours):
    files = catalogue.files(catalogue.merge(own, installed, catalogue.others(), ours))
    assert files.changed() == [], "run: make i18n"


def test_nothing_is_kept_that_no_source_shows_or_that_others_say_the_same(own, installed, ours):
    others = catalogue.others()
    for message in ours:
        if message.id and catalogue.find(own, message) is None:
            assert catalogue.find(installed, message) is not None, message.id
            assert catalogue.japanese_of(ours, message) != catalogue.japanese_of(others, message), message.id


def test_a_fragment_brings_japanese_for_a_new_message():
    own, fragment = Catalog(), Catalog(locale="ja")
    own.add("A new sentence", locations=[("ckanext/osakadx/templates/new.html", 0)])
    fragment.add("A new sentence", "新しい文です")
    fragment.add("A sentence that nobody shows", "だれも見ない文です")
    before = catalogue.merge(own, Catalog(), Catalog())
    after = catalogue.merge(own, Catalog(), Catalog(), before, fragment)
    assert catalogue.files(before).untranslated == ("A new sentence",)
    assert catalogue.files(after).untranslated == ()
    assert [message.id for message in after if message.id] == ["A new sentence"]


def kinds_of_sources() -> list[type]:
    classes = [entry.load() for entry in entry_points(group="ckan.plugins") if ".harvesters." in entry.value]
    return sorted(classes, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", kinds_of_sources(), ids=lambda kind: kind.__name__)
def test_a_kind_of_source_says_what_it_is_in_english_and_the_catalogue_in_japanese(kind, ours):
    for said in (kind.title, kind.description):
        assert LATIN_WORD.search(said)
        assert not JAPANESE.search(said), f'write it in English, N_("…"), and its Japanese in {catalogue.JAPANESE.name}'
        assert ours.get(said), f"mark it: N_({said!r}), and run make i18n"
        assert JAPANESE.search(ours.get(said).string)


@pytest.fixture
def app() -> Flask:
    """Flask-Babel set up as CKAN does it: core first, then plugins from the end of `ckan.plugins` to its start."""
    core, harvest = messages.folder("ckan") / "i18n", messages.folder("ckanext.harvest") / "i18n"
    app = Flask("portal")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = f"{core};{harvest};{catalogue.FOLDER}"
    app.config["BABEL_DOMAIN"] = f"ckan;ckanext-harvest;{catalogue.DOMAIN}"
    Babel(app, locale_selector=lambda: "ja")
    return app


def domain(app: Flask) -> Domain:
    return app.extensions["babel"].instance.domain_instance


def test_our_japanese_replaces_cores_and_fills_its_gaps(app):
    with app.test_request_context():
        assert domain(app).gettext("Organizations") == "自治体・部局"
        assert domain(app).gettext("Skip to main content") == "本文へ移動"
        assert domain(app).gettext("Cancel") == "キャンセル"


def test_counts_are_japanese_for_one_and_for_many(app):
    with app.test_request_context():
        for number in (0, 1, 5):
            found = domain(app).ngettext("{number} dataset found", "{number} datasets found", number)
            assert found == "データセットが {number} 件見つかりました"


class _OurPlugin:
    def i18n_directory(self) -> str:
        return str(catalogue.FOLDER)

    def i18n_locales(self) -> list[str]:
        return ["ja"]

    def i18n_domain(self) -> str:
        return catalogue.DOMAIN


def test_the_browser_gets_our_japanese_of_scripts_and_nothing_else(monkeypatch, tmp_path):
    monkeypatch.setattr(ckan_i18n, "get_js_translations_dir", lambda: str(tmp_path))
    monkeypatch.setattr(ckan_i18n, "get_ckan_i18n_dir", lambda: str(messages.folder("ckan") / "i18n"))
    monkeypatch.setattr(ckan_i18n, "PluginImplementations", lambda _: [_OurPlugin()])
    ckan_i18n.build_js_translations()
    served = json.loads((tmp_path / "ja.js").read_text(encoding="utf-8"))
    assert served["Show more"] == [None, "もっと見る"]
    assert served["Input is too short, must be at least one character"][1] == "%(num)d 文字以上で入力してください"
    assert "Skip to main content" not in served
