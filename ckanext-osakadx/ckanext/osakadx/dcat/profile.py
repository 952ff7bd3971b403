"""The portal's DCAT: DCAT-AP 3 through ckanext-dcat, with the items of DCAT-GoJ (デジタル庁 DS-469, 2024-09-30).

Profile `osakadx_dcat_goj`, to be used alone: ``ckanext.dcat.rdf.profiles = osakadx_dcat_goj``. It passes the SHACL
shapes of DCAT-AP 3.0.1, which want a type and a name at every term that is pointed at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ckan import plugins as p
from ckan.plugins import toolkit as tk
from osakadx import area, formats, standards, vocab
from osakadx.dataset import Dataset, Resource
from osakadx.package import entries, from_package
from rdflib import BNode, Literal, URIRef

from ckanext.dcat.profiles.base import ADMS, DCAT, DCATAP, DCT, FOAF, RDF, RDFS, SKOS, XSD, namespaces
from ckanext.dcat.profiles.euro_dcat_ap_3 import EuropeanDCATAP3Profile
from ckanext.dcat.utils import catalog_uri, resource_uri
from ckanext.osakadx.dcat import measurements, nodes, words
from ckanext.osakadx.dcat.nodes import JA

_NAME_JA, _NAME_EN = "大阪オープンデータカタログ", "Osaka Open Data Catalog"
_UNKNOWN_LICENSE_TYPE = URIRef("http://purl.org/adms/licencetype/UnknownIPR")


class DcatGojProfile(EuropeanDCATAP3Profile):
    """Data sets and catalog of the portal as DCAT-AP 3 and DCAT-GoJ."""

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        data = from_package(dataset_dict)
        if not data.title:  # blanks are a title to CKAN; DCAT-AP demands one that says something
            data = replace(data, title=str(dataset_dict["name"]))
        super().graph_from_dataset(words.dataset(dataset_dict, data), dataset_ref)
        self.g.add((dataset_ref, RDF.type, DCAT.Resource))  # the shapes do not know that every data set is one
        self._identify(dataset_ref, data.identifier or data.name)
        self._people(dataset_dict, dataset_ref)
        self._coverage(dataset_dict, data, dataset_ref)
        self._subjects(data, dataset_ref)
        self._conformance(dataset_ref, data.conforms_to, data.standard)
        self._goj(data, dataset_ref)
        self._license(dataset_ref, data.license)
        for resource, raw in zip(data.resources, entries(dataset_dict, "resources"), strict=True):
            self._distribution(resource, raw, data, dataset_ref)
        self._record(dataset_dict, data, dataset_ref)
        self._quality(dataset_dict, dataset_ref)
        self._names()

    def graph_from_catalog(self, catalog_dict: dict[str, Any] | None, catalog_ref: URIRef) -> None:
        for prefix, namespace in namespaces.items():
            self.g.bind(prefix, namespace)
        given = catalog_dict or {}
        title = given.get("title") or tk.config.get("ckan.site_title") or _NAME_JA
        self.g.add((catalog_ref, RDF.type, DCAT.Catalog))
        nodes.named(self.g, catalog_ref, DCT.title, title, _NAME_EN if title == _NAME_JA else "")
        about = given.get("description") or tk.config.get("ckan.site_description") or title
        nodes.named(self.g, catalog_ref, DCT.description, about)
        self.g.add((catalog_ref, DCT.identifier, Literal(str(catalog_ref))))
        self.g.add((catalog_ref, DCT.publisher, nodes.publisher(self.g, str(catalog_ref), {"name": vocab.PREFECTURE})))
        self._page(catalog_ref, FOAF.homepage, tk.config.get("ckan.site_url") or str(catalog_ref))
        languages = {language.key: language.uri for language in vocab.languages()}
        for locale in tk.aslist(tk.config.get("ckan.locales_offered")) or [JA]:
            if locale in languages:
                self.g.add((catalog_ref, DCT.language, URIRef(languages[locale])))
        if osaka := area.area(vocab.PREFECTURE):
            self.g.add((catalog_ref, DCT.spatial, nodes.location(self.g, osaka)))
        self.g.add((catalog_ref, DCAT.themeTaxonomy, self._fields()))
        if modified := self._last_catalog_modification():
            self._add_date_triple(catalog_ref, DCT.modified, modified)
        self._names()

    def _identify(self, node: URIRef, identifier: str) -> None:
        """An identifier is a literal, also when it looks like an address."""
        self.g.remove((node, DCT.identifier, None))
        if identifier:
            self.g.add((node, DCT.identifier, Literal(identifier)))

    def _people(self, package: Mapping[str, Any], dataset_ref: URIRef) -> None:
        providers = [entry for entry in entries(package, "publisher") if entry.get("name")]
        organization = package.get("organization") or {}
        if providers:
            self.g.add((dataset_ref, DCT.publisher, nodes.provider(self.g, providers[0])))
        elif organization.get("name"):
            self.g.add((dataset_ref, DCT.publisher, nodes.publisher(self.g, self._catalog(), organization)))
        for entry in entries(package, "contact"):
            if any(entry.values()):
                self.g.add((dataset_ref, DCAT.contactPoint, nodes.contact(self.g, entry)))

    def _coverage(self, package: Mapping[str, Any], data: Dataset, dataset_ref: URIRef) -> None:
        for node in nodes.locations(self.g, package):
            self.g.add((dataset_ref, DCT.spatial, node))
        if data.temporal_text:
            period = self.g.value(dataset_ref, DCT.temporal, any=True) or BNode()
            self.g.add((dataset_ref, DCT.temporal, period))
            self.g.add((period, RDF.type, DCT.PeriodOfTime))
            nodes.named(self.g, period, RDFS.label, data.temporal_text)

    def _subjects(self, data: Dataset, dataset_ref: URIRef) -> None:
        """Fields of e-Stat, the EU's themes beside them, and ユニバーサルメニュー."""
        european = {theme.uri: theme for theme in vocab.terms("eu_themes")}
        for theme in (theme for theme in vocab.themes() if theme.code in data.theme):
            field = nodes.concept(
                self.g, f"{self._catalog()}/group/{theme.name}", theme.label_ja, theme.label_en, self._fields()
            )
            self.g.add((field, SKOS.notation, Literal(theme.code)))
            self.g.add((dataset_ref, DCAT.theme, field))
            for eu in (european[uri] for uri in theme.eu_theme):
                self.g.add((dataset_ref, DCAT.theme, nodes.concept(self.g, eu.uri, eu.label_ja, eu.label_en)))
        for entry in data.universal_menu:
            self.g.add((dataset_ref, DCAT.theme, nodes.concept(self.g, "", entry)))

    def _fields(self) -> URIRef:
        """The scheme of the 17 fields (分野)."""
        scheme = URIRef(f"{self._catalog()}/group")
        self.g.add((scheme, RDF.type, SKOS.ConceptScheme))
        nodes.named(self.g, scheme, DCT.title, "分野（e-Stat）", "Fields (e-Stat)")
        return scheme

    def _conformance(self, node: URIRef, conforms_to: Iterable[str], standard_number: str = "") -> None:
        for named_as in conforms_to:
            self.g.add((node, DCT.conformsTo, nodes.standard(self.g, named_as)))
        if found := standards.standard(standard_number) if standard_number else None:
            made = nodes.municipal_standard(self.g, found.number, found.name, found.name_en)
            self.g.add((node, DCT.conformsTo, made))

    def _goj(self, data: Dataset, dataset_ref: URIRef) -> None:
        """Items of DCAT-GoJ and of オープンデータ一覧 that DCAT-AP has no place for."""
        for said, predicate in ((data.subtitle, DCT.alternative), (data.remarks, SKOS.note)):
            if said:
                nodes.named(self.g, dataset_ref, predicate, said)

    def _license(self, node: URIRef, key: str) -> None:
        if document := nodes.license_document(self.g, key):
            self.g.add((node, DCT.license, document))

    def _distribution(self, resource: Resource, raw: Mapping[str, Any], data: Dataset, dataset_ref: URIRef) -> None:
        node = URIRef(resource_uri(dict(raw)))
        self._license(node, resource.license or data.license)
        self._conformance(node, resource.conforms_to)
        self._identify(node, resource.identifier)
        known = formats.format_of(resource.format)
        if resource.format and not (known and known.uri):
            other = BNode()
            self.g.add((other, RDF.type, DCT.MediaTypeOrExtent))
            self.g.add((other, RDFS.label, Literal(resource.format)))
            self.g.add((node, DCT["format"], other))
        if raw.get("datastore_active"):
            self.g.add((node, DCAT.accessService, self._row_service(node, resource, str(raw["id"]), dataset_ref)))

    def _row_service(self, distribution: URIRef, resource: Resource, resource_id: str, dataset_ref: URIRef) -> URIRef:
        """The API that gives the rows of a file (データサービス)."""
        service = URIRef(f"{distribution}#api")
        self.g.add((service, RDF.type, DCAT.DataService))
        nodes.named(self.g, service, DCT.title, f"{resource.name}のAPI")
        nodes.named(self.g, service, DCT.description, "表の行を、条件や並び順を指定して取り出せます。")
        self.g.add((service, DCT.identifier, Literal(resource_id)))
        endpoint = URIRef(f"{self._catalog()}/api/3/action/datastore_search?resource_id={resource_id}")
        self.g.add((service, DCAT.endpointURL, endpoint))
        self.g.add((endpoint, RDF.type, RDFS.Resource))
        self.g.add((service, DCAT.servesDataset, dataset_ref))
        return service

    def _record(self, package: Mapping[str, Any], data: Dataset, dataset_ref: URIRef) -> None:
        """When the portal took the data set in and last changed what it says of it (カタログレコード)."""
        changed = package.get("metadata_modified")
        if not changed:
            return
        record, catalog = URIRef(f"{dataset_ref}#record"), URIRef(str(catalog_uri()))
        self.g.add((record, RDF.type, DCAT.CatalogRecord))
        self.g.add((record, FOAF.primaryTopic, dataset_ref))
        nodes.named(self.g, record, DCT.title, data.title)
        nodes.named(self.g, record, DCT.description, f"{data.title}の登録情報")
        for when, predicate in ((package.get("metadata_created"), DCT.issued), (changed, DCT.modified)):
            if when:
                stamp = str(when) if str(when).endswith("Z") else f"{when}Z"
                self.g.add((record, predicate, Literal(stamp, datatype=XSD.dateTime)))
        if (catalog, RDF.type, DCAT.Catalog) in self.g:
            self.g.add((catalog, DCAT.record, record))

    def _quality(self, package: Mapping[str, Any], dataset_ref: URIRef) -> None:
        """What the data set is worth (品質測定結果), where the portal scores it."""
        if not p.plugin_loaded("osakadx_quality"):
            return
        from ckanext.osakadx.quality import shown  # only there when the scores are

        found = shown.score(str(package.get("id") or ""))
        if found is not None:
            measurements.add(self.g, dataset_ref, self._catalog(), found.as_dict())

    def _names(self) -> None:
        """Name the terms that ckanext-dcat only points at, and take back its guess at the kind of licence."""
        self.g.remove((None, DCT.type, _UNKNOWN_LICENSE_TYPE))
        for predicate, kind, terms in (
            (ADMS.status, SKOS.Concept, vocab.terms("file_statuses")),
            (DCATAP.availability, SKOS.Concept, vocab.terms("availabilities")),
            (DCT.accessRights, DCT.RightsStatement, vocab.terms("access_rights")),
            (DCT.accrualPeriodicity, DCT.Frequency, vocab.frequencies()),
            (DCT.language, DCT.LinguisticSystem, vocab.languages()),
        ):
            known = {URIRef(term.uri): term for term in reversed(terms)}
            for node in set(self.g.objects(None, predicate)) & known.keys():
                self.g.add((node, RDF.type, kind))
                nodes.named(self.g, node, SKOS.prefLabel, known[node].label_ja, known[node].label_en)

    def _page(self, node: URIRef, predicate: URIRef, address: str) -> None:
        page = URIRef(address)
        self.g.add((node, predicate, page))
        self.g.add((page, RDF.type, FOAF.Document))

    @staticmethod
    def _catalog() -> str:
        return str(catalog_uri()).rstrip("/")
