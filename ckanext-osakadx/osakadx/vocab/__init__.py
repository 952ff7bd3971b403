"""Look-ups in the vocabularies of `schemas/`: from any spelling seen in the wild to our own key.

One module per kind; the functions people come for stand here, so that callers say ``vocab.license_of(written)``.
Every look-up takes a text as the publisher wrote it and answers None (or nothing) when it does not know it; the
caller decides what that means.
"""

from osakadx.vocab.concept import Concept, concept_of_header, concepts
from osakadx.vocab.frequency import Frequency, frequencies, frequency_of
from osakadx.vocab.language import Language, languages, languages_of
from osakadx.vocab.license import License, is_open, license_of, licenses, licenses_group
from osakadx.vocab.place import (
    Municipality,
    Ward,
    check_digit,
    is_local_government_code,
    municipalities,
    municipality_of,
    place_in,
    places_in,
    ward_of,
    wards,
)
from osakadx.vocab.publisher import PREFECTURE, Publisher, publisher_of, publishers
from osakadx.vocab.term import Term, access_right_of, file_status_of, terms
from osakadx.vocab.theme import Theme, themes, themes_of

__all__ = [
    "PREFECTURE",
    "Concept",
    "Frequency",
    "Language",
    "License",
    "Municipality",
    "Publisher",
    "Term",
    "Theme",
    "Ward",
    "access_right_of",
    "check_digit",
    "concept_of_header",
    "concepts",
    "file_status_of",
    "frequencies",
    "frequency_of",
    "is_local_government_code",
    "is_open",
    "languages",
    "languages_of",
    "license_of",
    "licenses",
    "licenses_group",
    "municipalities",
    "municipality_of",
    "place_in",
    "places_in",
    "publisher_of",
    "publishers",
    "terms",
    "themes",
    "themes_of",
    "ward_of",
    "wards",
]
