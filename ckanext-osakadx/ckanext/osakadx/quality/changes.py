"""What happens to the score of a data set that somebody creates or changes."""

from __future__ import annotations

import functools
from typing import Any

from ckan.types import Context

from ckanext.osakadx.afterwards import afterwards

from . import jobs


def noted(context: Context, package: dict[str, Any]) -> None:
    """Have it scored again; those of a harvest are scored by batch."""
    package_id = package.get("id")
    if package_id and not context.get("osakadx_harvest"):
        afterwards(f"osakadx_quality:{package_id}", functools.partial(jobs.request, package_id))
