"""A data set as data.europa.eu would find it described (`osakadx.quality.mqa`), from the catalog's own fields."""

from __future__ import annotations

from collections.abc import Mapping

from osakadx import formats, vocab
from osakadx.dataset import Dataset, Resource
from osakadx.quality.evidence import Link
from osakadx.quality.mqa import Described, Distribution


def described(data: Dataset, links: Mapping[int, Link], *, compliant: bool) -> Described:
    """Return what the MQA looks at.

    Args:
        data: as `osakadx.package.from_package` reads it.
        links: place of a file in the data set (from 0) → how its address answered, where that was asked.
        compliant: whether the catalog's DCAT passes the shapes of DCAT-AP.
    """
    contact = data.contact
    return Described(
        keywords=data.keywords,
        themes=data.theme,
        spatial=bool(data.spatial),
        temporal=bool(data.temporal_start or data.temporal_end),
        access_rights=data.access_rights,
        access_rights_in_vocabulary=data.access_rights in {term.key for term in vocab.terms("access_rights")},
        contact=any((contact.name, contact.email, contact.telephone, contact.url)),
        publisher=bool(data.publisher),
        compliant=compliant,
        issued=data.issued,
        modified=data.modified,
        distributions=[_distribution(file, data, links.get(place)) for place, file in enumerate(data.resources)],
    )


def _distribution(file: Resource, data: Dataset, link: Link | None) -> Distribution:
    known = formats.format_of(file.format)
    key = file.license or data.license
    terms = vocab.license_of(key) if key else None
    return Distribution(
        format=file.format,
        media_type=known.media_type if known else "",
        license=key,
        # The EU's authority table of licences goes by the names of SPDX.
        license_in_vocabulary=terms is not None and bool(terms.spdx),
        rights=file.rights,
        size=file.size,
        issued=file.issued,
        modified=file.modified,
        download_url=file.url,
        # The catalog asks for the file; a page that offers it is asked for where it is the same address.
        access=link if file.access_url in ("", file.url) else None,
        download=link,
    )
