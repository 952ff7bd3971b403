"""An address that is none, in a file's form: refused in words, where CKAN would stumble over it.

CKAN takes the address of a file apart as soon as it looks whether an upload comes along, and again in validators of its
own; a host that Unicode makes two of, or a bracket too few, would be answered with an internal error.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
from ckan.plugins import toolkit as tk
from osakadx import links

from .logic.checks.links import osakadx_link


class MalformedAddresses(p.SingletonPlugin):
    """Mends or refuses such an address before CKAN's uploader sees it, which is the first to."""

    p.implements(p.IUploader, inherit=True)

    def get_resource_uploader(self, resource: dict[str, Any]) -> None:
        try:
            links.parts(str(resource.get("url") or ""))
        except links.LinkError:
            # A file that comes along names itself.
            resource["url"] = "" if resource.get("upload") else _mended(resource["url"])


def _mended(address: Any) -> str:
    try:
        return osakadx_link(address)
    except tk.Invalid as error:
        raise tk.ValidationError({"url": [error.error]}) from None
