"""The message ids that installed sources can show: Python, templates, JavaScript, and Werkzeug's error pages.

What is done with them stands in catalogue.py.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from werkzeug.exceptions import default_exceptions

METHODS = [
    ("**/vendor/**", "ignore"),
    ("**.min.js", "ignore"),
    ("**/tests/**", "ignore"),
    ("**/test/**", "ignore"),
    ("2.8_templates/**", "ignore"),  # ckanext-scheming's templates for CKAN 2.8 have tags that no longer exist
    ("**.py", "python"),
    ("**.js", "javascript"),
    ("**.html", "ckan"),
    ("**.txt", "ckan"),
]
KEYWORDS = {**DEFAULT_KEYWORDS, "ugettext": None, "_l": None, "NN_": (1, 2)}

OWN = ("ckanext.osakadx", "ckanext.osakadx.harvesters")
SHOWN_TO_NOBODY = ("example_",)


def own() -> Catalog:
    """Return the message ids of this project, each with the files it stands in."""
    return _collect(*OWN)


def installed() -> Catalog:
    """Return the message ids of CKAN, of every installed extension but ours, and of Werkzeug's HTTP errors."""
    found = _collect(*installed_packages())
    for error in default_exceptions.values():
        name = error().name
        for message in (name, error.description):
            if message:
                found.add(message, locations=[("werkzeug/exceptions.py", 0)])
    return found


def installed_packages() -> Iterator[str]:
    """Name CKAN and every installed extension but ours and CKAN's examples."""
    yield "ckan"
    for module in iter_modules(importlib.import_module("ckanext").__path__):
        name = f"ckanext.{module.name}"
        if name not in OWN and not module.name.startswith(SHOWN_TO_NOBODY):
            yield name


def folder(package: str) -> Path:
    """Return where a package is installed."""
    return Path(importlib.import_module(package).__path__[0])


def _collect(*packages: str) -> Catalog:
    found = Catalog()
    for package in packages:
        prefix = package.replace(".", "/")
        for name, _, message, _, context in extract_from_dir(folder(package), METHODS, keywords=KEYWORDS):
            found.add(message, locations=[(f"{prefix}/{name}", 0)], context=context)
    return found
