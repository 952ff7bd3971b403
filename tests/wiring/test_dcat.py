"""Data sets and catalog go out as DCAT that passes the shapes of DCAT-AP 3.0.1, with Japanese names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ckan.common import config
from ckanext.dcat.processors import RDFSerializer
from ckanext.dcat.profiles.base import DCAT, DCT, FOAF, RDF, SKOS, VCARD
from ckanext.osakadx.dcat import measurements
from ckanext.osakadx.dcat.measurements import DQV, PROV
from ckanext.osakadx.dcat.nodes import telephone
from ckanext.osakadx.dcat.profile import DcatGojProfile
from hypothesis import HealthCheck, given, settings
from osakadx.dataset import Record
from osakadx.normalise import SourceContext, normalise
from osakadx.package import to_package
from rdflib import Graph, Literal, URIRef

from tests import shacl
from tests.unit.osakadx.test_normalise import RECORDS, SOURCES
from tests.wiring import scheming

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SITE = "https://catalog.example.lg.jp"
FORMS = {"ttl": "turtle", "jsonld": "json-ld", "xml": "xml"}

SHELTERS = Record(
    guid="0003",
    concepts={
        "title": "指定緊急避難場所一覧",
        "subtitle": "令和6年度版",
        "description": "災害時に避難できる場所です。",
        "keyword": ["防災;避難所;地域・くらし"],
        "theme": ["司法・安全・環境", "国土・気象"],
        "universal_menu": ["防災"],
        "issued": "2018-04-01",
        "modified": "令和6年4月1日",
        "version": "1.2",
        "language": ["日本語", "英語"],
        "landing_page": "https://www.city.osaka.lg.jp/避難所",
        "frequency": "年1回",
        "conforms_to": ["自治体標準オープンデータセット", "https://www.gsi.go.jp/bousaichiri/hinanbasho.html"],
        "documentation": ["https://www.city.osaka.lg.jp/items.pdf"],
        "provenance": "危機管理室の台帳から作成",
        "spatial": "大阪市",
        "temporal": "令和6年度",
        "contact_name": "危機管理室",
        "contact_email": "ba0000@city.osaka.lg.jp",
        "contact_telephone": "06-6208-7388",
        "contact_extension": "1234",
        "contact_url": "https://www.city.osaka.lg.jp/form",
        "contact_note": "平日9時から",
        "remarks": "備考です",
        "creator": "危機管理室",
        "license": "CC BY 4.0",
        "access_rights": "公開",
    },
    files=(
        {
            "file_title": "避難所一覧",
            "file_download_url": "https://www.city.osaka.lg.jp/271004_evacuation_space.csv",
            "file_access_url": "https://www.city.osaka.lg.jp/避難所",
            "file_description": "UTF-8 の CSV です。",
            "file_format": "CSV",
            "file_size": "48 KB",
            "file_status": "配信中",
            "file_license": "PDL1.0",
            "file_terms": "出典を書いてください。",
            "file_language": ["日本語"],
            "file_modified": "2024-04-01",
            "file_issued": "2018-04-01",
            "file_documentation": ["https://www.city.osaka.lg.jp/items.pdf"],
            "file_conforms_to": ["GIF"],
            "file_id": "https://example.lg.jp/id/1",
        },
        {"file_download_url": "https://www.city.osaka.lg.jp/map.dxf", "file_license": "独自の規約"},
    ),
)


@pytest.fixture(autouse=True, scope="module")
def portal() -> Iterator[None]:
    with scheming.portal(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(config, "ckanext.dcat.base_uri", SITE)
        patch.setitem(config, "ckan.site_url", SITE)
        patch.setitem(config, "ckan.site_title", "大阪オープンデータカタログ")
        patch.setitem(config, "ckan.site_description", "大阪府と府内43市町村のオープンデータ")
        patch.setitem(config, "ckan.locales_offered", "ja en")
        # CKAN asks its search engine for it.
        patch.setattr(DcatGojProfile, "_last_catalog_modification", lambda self: "2026-04-01T00:00:00")
        yield


def shown(package: dict, **more) -> dict:
    """A package as `package_show` answers it."""
    resources = [
        file | {"id": f"r{number}", "package_id": "d1", "datastore_active": number == 0}
        for number, file in enumerate(package.get("resources", ()))
    ]
    return package | {
        "id": "d1",
        "organization": {"id": "o1", "name": package["owner_org"], "title": package["owner_org"]},
        "metadata_created": "2026-01-01T00:00:00.123456",
        "metadata_modified": "2026-01-02T00:00:00.123456",
        "resources": resources,
        **more,
    }


def shelters(**more) -> dict:
    return shown(to_package(normalise(SHELTERS, SourceContext("271004")), {"guid": "0003"}), **more)


def serializer() -> RDFSerializer:
    return RDFSerializer(profiles=["osakadx_dcat_goj"])


def graph_of(package: dict) -> Graph:
    made = serializer()
    made.graph_from_dataset(package)
    return made.g


@pytest.mark.parametrize("form", FORMS)
def test_a_data_set_passes_the_shapes_in_every_form(form):
    assert shacl.violations(serializer().serialize_dataset(shelters(), _format=form), FORMS[form]) == []


@pytest.mark.parametrize("form", FORMS)
def test_the_catalog_passes_the_shapes_in_every_form(form):
    other = shown(to_package(normalise(Record("x", {"title": "人口"}), SourceContext("270008-welfare"))), id="d2")
    answer = serializer().serialize_catalog(dataset_dicts=[shelters(), other], _format=form)
    assert shacl.violations(answer, FORMS[form]) == []
    graph = Graph().parse(data=answer, format=FORMS[form])
    catalog = URIRef(SITE)
    assert len(set(graph.objects(catalog, DCAT.dataset))) == 2
    assert len(set(graph.objects(catalog, DCAT.record))) == 2


def test_the_shapes_find_what_is_wrong():
    graph = graph_of(shelters())
    graph.remove((URIRef(f"{SITE}/dataset/d1"), DCT.description, None))
    assert any("description" in line for line in shacl.violations(graph))


def test_the_items_of_the_list_are_said():
    graph = graph_of(shelters())
    node, file = URIRef(f"{SITE}/dataset/d1"), URIRef(f"{SITE}/dataset/d1/resource/r0")

    def said(subject, predicate):
        return {str(value) for value in graph.objects(subject, predicate)}

    assert said(node, DCT.identifier) == {"0003"}
    assert (node, DCT.title, Literal("指定緊急避難場所一覧", lang="ja")) in graph
    assert (node, DCT.alternative, Literal("令和6年度版", lang="ja")) in graph
    assert said(node, DCAT.keyword) == {"防災", "避難所", "地域_くらし"}
    assert said(node, DCT.modified) == {"2024-04-01"}
    assert said(node, DCAT.version) == {"1.2"}
    assert said(node, DCT.accrualPeriodicity) == {"http://publications.europa.eu/resource/authority/frequency/ANNUAL"}
    assert said(node, DCT.spatial) == {"http://data.e-stat.go.jp/lod/sac/C27100"}
    assert (URIRef("http://data.e-stat.go.jp/lod/sac/C27100"), DCT.identifier, Literal("271004")) in graph
    assert said(node, DCT.publisher) == {f"{SITE}/organization/271004"}
    publisher = URIRef(f"{SITE}/organization/271004")
    assert said(publisher, DCT.identifier) == {"271004"}
    assert said(publisher, FOAF.name) == {"大阪市", "Osaka City"}
    (contact,) = graph.objects(node, DCAT.contactPoint)
    assert said(contact, VCARD.hasTelephone) == {"tel:+81-6-6208-7388;ext=1234"}
    assert said(contact, VCARD.hasEmail) == {"mailto:ba0000@city.osaka.lg.jp"}
    themes = {str(label) for theme in graph.objects(node, DCAT.theme) for label in graph.objects(theme, SKOS.prefLabel)}
    assert {"司法・安全・環境", "国土・気象", "環境", "Environment", "防災"} <= themes
    assert said(file, DCT.license) == {"https://www.digital.go.jp/resources/open_data/public_data_license_v1.0"}
    assert said(file, DCAT.downloadURL) == {"https://www.city.osaka.lg.jp/271004_evacuation_space.csv"}
    assert said(file, DCAT.accessURL) == {"https://www.city.osaka.lg.jp/%E9%81%BF%E9%9B%A3%E6%89%80"}
    assert said(file, DCAT.byteSize) == {"49152"}
    assert said(file, DCT.identifier) == {"https://example.lg.jp/id/1"}
    (service,) = graph.objects(file, DCAT.accessService)
    assert said(service, DCAT.endpointURL) == {f"{SITE}/api/3/action/datastore_search?resource_id=r0"}


def test_what_is_not_known_is_not_said():
    bare = shown(to_package(normalise(Record("x", {"title": "人口"}), SourceContext("271004"))))
    graph = graph_of(bare)
    node = URIRef(f"{SITE}/dataset/d1")
    assert shacl.violations(graph) == []
    for predicate in (DCT.issued, DCT.modified, DCT.license, DCT.spatial, DCT.temporal, DCAT.contactPoint):
        assert not list(graph.objects(node, predicate))


def test_a_publisher_beside_the_organisation_is_named():
    package = shelters(publisher=[{"name": "大阪広域水道企業団", "identifier": "", "url": "https://www.example.jp/"}])
    graph = graph_of(package)
    (publisher,) = graph.objects(URIRef(f"{SITE}/dataset/d1"), DCT.publisher)
    assert (publisher, FOAF.name, Literal("大阪広域水道企業団", lang="ja")) in graph
    assert shacl.violations(graph) == []


def test_a_shape_of_an_area_goes_out_as_geometry():
    area = {"text": "淀川沿い", "geom": "POINT (135.5 34.7)", "centroid": "POINT (135.5 34.7)", "bbox": "no shape"}
    graph = graph_of(shelters(spatial_coverage=[area]))
    assert shacl.violations(graph) == []
    assert "淀川沿い" in {str(label) for label in graph.objects(None, SKOS.prefLabel)}


@pytest.mark.parametrize(
    "hashed, kept",
    [
        ({"hash": "A" * 64, "hash_algorithm": "SHA-256"}, True),
        ({"hash": "sha256:" + "0" * 64, "hash_algorithm": "sha256"}, True),
        ({"hash": "a" * 64}, False),
        ({"hash": "not a hash", "hash_algorithm": "sha256"}, False),
    ],
)
def test_a_checksum_goes_out_where_its_kind_is_known(hashed, kept):
    package = shelters()
    package["resources"][0] |= hashed
    graph = graph_of(package)
    assert shacl.violations(graph) == []
    assert (URIRef("http://spdx.org/rdf/terms#Checksum") in set(graph.objects(None, RDF.type))) is kept


@pytest.mark.parametrize(
    "number, extension, address",
    [
        ("06-6208-7388", "", "tel:+81-6-6208-7388"),
        ("06-6208-7388", "12・13", "tel:+81-6-6208-7388"),
        ("#7119", "", "tel:%237119;phone-context=+81"),
    ],
)
def test_a_telephone_number_has_an_address(number, extension, address):
    assert telephone(number, extension) == address


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(RECORDS, SOURCES)
def test_whatever_is_harvested_goes_out_within_the_shapes(record, source):
    package = shown(to_package(normalise(record, source)))
    answer = serializer().serialize_dataset(package, _format="ttl")
    assert shacl.violations(answer) == []


# -- what a data set is worth

SCORE = {
    "grade": "A", "points": 24.0, "max": 25.0, "checked": "2026-11-26T02:41:00.123456+00:00",
    "dimensions": [
        {"slug": "reachable", "label": "取得できる", "label_en": "Reachable", "points": 10.0, "max": 10.0},
        {"slug": "readable", "label": "機械で読める", "label_en": "Machine-readable", "points": 14.0, "max": 15.0},
    ],
}  # fmt: skip


def measured(score: dict) -> Graph:
    graph = graph_of(shelters())
    measurements.add(graph, URIRef(f"{SITE}/dataset/d1"), SITE, score)
    return graph


@pytest.mark.parametrize("form", FORMS.values())
def test_a_data_set_with_measurements_passes_the_shapes(form):
    assert shacl.violations(measured(SCORE).serialize(format=form), form) == []


def test_a_score_is_said_as_measurements():
    graph = measured(SCORE)
    said = {
        str(graph.value(node, DQV.isMeasurementOf)).rpartition("#")[2]: graph.value(node, DQV.value).toPython()
        for node in graph.objects(URIRef(f"{SITE}/dataset/d1"), DQV.hasQualityMeasurement)
    }
    assert said == {"reachable": 10.0, "readable": 14.0, "score": 96.0, "grade": "A"}
    metric = URIRef(f"{SITE}/quality/metrics#readable")
    assert {str(name) for name in graph.objects(metric, SKOS.prefLabel)} == {"機械で読める", "Machine-readable"}
    assert {str(text) for text in graph.objects(metric, SKOS.definition)} == {"0から15点", "0 to 15 points"}
    (dimension,) = graph.objects(metric, DQV.inDimension)
    assert {str(name) for name in graph.objects(dimension, SKOS.prefLabel)} == {"移植性", "Portability"}
    assert len({str(when) for when in graph.objects(None, PROV.generatedAtTime)}) == 1


def test_what_waits_for_its_score_is_not_measured():
    waiting = {**SCORE, "grade": None, "points": 0.0, "max": 0.0, "dimensions": []}
    assert not list(measured(waiting).objects(None, DQV.hasQualityMeasurement))
