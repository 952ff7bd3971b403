"""Full addresses of the portal's pages, for mails, feeds and programs, which are not at the portal themselves."""

from __future__ import annotations

from ckan.plugins import toolkit as tk


def page(path: str) -> str:
    """The full address of a page of the portal, from its path; in the portal's first language."""
    root = str(tk.config.get("ckan.root_path") or "").replace("/{{LANG}}", "")
    return f"{tk.config['ckan.site_url'].rstrip('/')}{root}{path}"
