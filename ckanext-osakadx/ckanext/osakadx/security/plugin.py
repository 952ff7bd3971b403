"""Plugin `osakadx_security`: closes what CKAN 2.12.0 leaves open, and refuses to start unsafely."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.exceptions import CkanConfigurationException
from ckan.types import CKANApp

from . import check, csrf, headers, mail

ACCEPT = "ckanext.osakadx.security.accept"
CROSS_ORIGIN = "ckanext.osakadx.security.cross_origin_reading"
POLICY = "ckanext.osakadx.security.content_security_policy"


@tk.blanket.config_declarations
class SecurityPlugin(p.SingletonPlugin):
    """Safe defaults, enforced."""

    p.implements(p.IConfigurable)
    p.implements(p.IMiddleware, inherit=True)

    def configure(self, config: CKANConfig) -> None:
        csrf.guard()
        mail.guard()
        accepted = set(config.get(ACCEPT) or [])
        found = [problem for problem in check.problems(config) if problem.slug not in accepted]
        if found:
            lines = [f"✗ {problem.message}\n  → {problem.fix} ({problem.slug})" for problem in found]
            raise CkanConfigurationException("安全でない設定のため起動しません。\n" + "\n".join(lines))

    def make_middleware(self, app: CKANApp, config: CKANConfig) -> CKANApp:
        https = str(config["ckan.site_url"]).startswith("https://")
        open_to_all = tk.asbool(config.get(CROSS_ORIGIN))
        headers.install(app, https=https, changes=config.get(POLICY) or "", cross_origin=open_to_all)
        return app
