"""Plugin `osakadx`: the portal's face, language and search."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig


@tk.blanket.cli
@tk.blanket.config_declarations
class OsakadxPlugin(p.SingletonPlugin):
    """Theme, translations, search and validators of the Osaka catalog."""

    p.implements(p.IConfigurer)

    def update_config(self, config: CKANConfig) -> None:
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "osakadx")
