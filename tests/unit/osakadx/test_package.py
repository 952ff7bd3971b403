from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from osakadx import data, vocab
from osakadx.dataset import Contact, Dataset, Record, Resource
from osakadx.normalise import SourceContext, normalise
from osakadx.package import from_package, to_package

SHELTERS = Dataset(
    identifier="0001",
    name="271004-evacuation-space-0001",
    title="指定緊急避難場所一覧",
    publisher="271004",
    notes="災害時に避難できる場所です。",
    keywords=("防災", "避難所"),
    theme=("14", "01"),
    frequency="annual",
    license="cc-by-4.0",
    spatial="大阪市",
    temporal_start="2024-04-01",
    temporal_end="2025-03-31",
    contact=Contact(name="危機管理室", telephone="06-6208-7388"),
    creator="危機管理室",
    standard="03",
    resources=(Resource(url="https://a.lg.jp/a.csv", name="CSV", format="CSV", size=49152),),
)

words = st.text()
texts = st.lists(st.text(min_size=1), max_size=3).map(tuple)
contacts = st.builds(Contact, *[words] * 6)
files = st.builds(
    Resource,
    url=words,
    name=words,
    description=words,
    format=words,
    access_url=words,
    license=words,
    rights=words,
    status=words,
    size=st.none() | st.integers(min_value=0, max_value=2**63 - 1),
    issued=words,
    modified=words,
    language=texts,
    documentation=texts,
    conforms_to=texts,
    api_available=words,
    identifier=words,
)
datasets = st.builds(
    Dataset,
    keywords=texts,
    theme=st.lists(st.sampled_from([theme.code for theme in vocab.themes()]), unique=True).map(tuple),
    universal_menu=texts,
    language=texts,
    conforms_to=texts,
    documentation=texts,
    contact=contacts,
    resources=st.lists(files, max_size=3).map(tuple),
    notices=st.just(()),
    **dict.fromkeys(
        (
            "identifier", "name", "title", "publisher", "subtitle", "notes", "url", "version", "issued", "modified",
            "frequency", "frequency_text", "license", "access_rights", "provenance", "spatial", "temporal_start",
            "temporal_end", "temporal_text", "creator", "remarks", "standard", "standard_edition",
        ),
        words,
    ),
)  # fmt: skip


def test_a_data_set_is_written_under_the_names_of_the_schema():
    assert to_package(SHELTERS, {"source": "osaka-city", "guid": "0001"}) == {
        "type": "dataset",
        "identifier": "0001",
        "name": "271004-evacuation-space-0001",
        "title": "指定緊急避難場所一覧",
        "owner_org": "271004",
        "notes": "災害時に避難できる場所です。",
        "frequency": "annual",
        "license_id": "cc-by-4.0",
        "standard_dataset_no": "03",
        "theme": ["14", "01"],
        "groups": [{"name": "justice-safety-environment"}, {"name": "land-weather"}],
        "tags": [{"name": "防災"}, {"name": "避難所"}],
        "contact": [{"name": "危機管理室", "telephone": "06-6208-7388"}],
        "creator": [{"name": "危機管理室"}],
        "temporal_coverage": [{"start": "2024-04-01", "end": "2025-03-31"}],
        "spatial_coverage": [{"text": "大阪市"}],
        "resources": [{"url": "https://a.lg.jp/a.csv", "name": "CSV", "format": "CSV", "size": 49152}],
        "extras": [{"key": "guid", "value": "0001"}, {"key": "source", "value": "osaka-city"}],
    }


def test_every_field_written_stands_in_the_schema():
    schema = data.document("dataset.yaml")
    known = {field["field_name"]: field for field in schema["dataset_fields"]}
    of_file = {field["field_name"] for field in schema["resource_fields"]}
    everything = Dataset(
        **{name: "x" for name in Dataset.__dataclass_fields__ if name not in {"contact", "resources", "notices"}}
        | dict.fromkeys(("universal_menu", "language", "conforms_to", "documentation", "keywords"), ("x",))
        | {"theme": ("14",)},
        contact=Contact(*["x"] * 6),
        resources=(Resource("x", *["x"] * 7, 1, "x", "x", ("x",), ("x",), ("x",), "x", "x"),),
    )
    package = to_package(everything)
    assert package.keys() - known.keys() == {"type", "tags", "groups", "resources"}
    assert package["resources"][0].keys() <= of_file
    for name in ("contact", "creator", "temporal_coverage", "spatial_coverage"):
        assert package[name][0].keys() <= {sub["field_name"] for sub in known[name]["repeating_subfields"]}


@given(datasets)
def test_a_data_set_comes_back_from_its_package_as_it_was(dataset):
    assert from_package(to_package(dataset)) == dataset
    assert from_package(json.loads(json.dumps(to_package(dataset, {"guid": "1"})))) == dataset


@given(datasets)
def test_nothing_empty_stands_in_a_package(dataset):
    package = to_package(dataset)
    assert all(value not in ("", [], None) for value in package.values())


def test_a_package_as_ckan_shows_it_is_read():
    shown = to_package(SHELTERS) | {
        "id": "5d0b",
        "owner_org": "9c1e-uuid",
        "organization": {"id": "9c1e-uuid", "name": "271004", "title": "大阪市"},
        "theme": '["14", "01"]',
        "version": None,
        "url": None,
        "groups": [{"name": "justice-safety-environment", "title": "司法・安全・環境"}],
        "tags": [{"name": "防災", "display_name": "防災"}, {"name": "避難所"}],
        "resources": [{"url": "https://a.lg.jp/a.csv", "name": "CSV", "format": "CSV", "size": "49152", "hash": ""}],
        "metadata_created": "2026-01-01T00:00:00",
    }
    assert from_package(shown) == SHELTERS


def test_a_package_of_another_shape_comes_out_empty_where_it_does_not_fit():
    odd = {"title": 5, "theme": "[not json", "contact": [None], "tags": None, "resources": {}, "organization": None}
    assert from_package(odd) == replace(from_package({}), title="5")


def test_a_record_reaches_the_portal_as_it_was_read():
    record = Record("g", {"title": "避難所一覧", "keyword": ["水"]}, ({"file_download_url": "https://a.jp/a.csv"},))
    read = normalise(record, SourceContext("271004"))
    assert from_package(to_package(read)) == replace(read, notices=())
