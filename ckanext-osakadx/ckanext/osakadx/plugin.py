"""Plugin `osakadx`: the portal's face, language and search."""

from __future__ import annotations

from importlib.resources import files

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.lib.plugins import DefaultTranslation

from ckanext.osakadx.display.facets import Facets
from ckanext.osakadx.field_groups import FieldGroups
from ckanext.osakadx.malformed import MalformedAddresses
from ckanext.osakadx.search import JapaneseSearch
from ckanext.osakadx.solr import keep_connections


@tk.blanket.actions
@tk.blanket.blueprints
@tk.blanket.cli
@tk.blanket.config_declarations
@tk.blanket.helpers
@tk.blanket.validators
class OsakadxPlugin(Facets, FieldGroups, JapaneseSearch, MalformedAddresses, p.SingletonPlugin, DefaultTranslation):
    """Theme, translations, search and validators of the Osaka catalog."""

    p.implements(p.IConfigurer)
    p.implements(p.ITranslation)

    def update_config(self, config: CKANConfig) -> None:
        keep_connections()
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "osakadx")
        if not config.get("licenses_group_url"):
            licences = files("osakadx.schemas") / "vocabularies" / "licenses.json"
            config["licenses_group_url"] = f"file://{licences}"
