"""What plugins offer to the score."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ckan.plugins.interfaces import Interface
from osakadx.quality.evidence import Link, Reading


class IEvidence(Interface):
    """A plugin that looks at files and knows what it found."""

    def evidence(self, package_ids: Collection[str]) -> Mapping[str, tuple[Link | None, Reading | None]]:
        """Return by resource id what is known of the files of these data sets; None: not looked at yet."""
        return {}
