"""What plugins offer to the score."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from ckan.plugins.interfaces import Interface
from osakadx.quality.evidence import Answers, ContactState, Seen


class Backlog(NamedTuple):
    """What is due to be looked at: number of files and of links, and since when the first of either is."""

    files: int
    links: int
    since: datetime | None


class IEvidence(Interface):
    """A plugin that looks at files and knows what it found."""

    def evidence(self, package_ids: Collection[str]) -> Mapping[str, Seen]:
        """Return by resource id what is known of the files of these data sets; None: not looked at yet."""
        return {}

    def standards(self) -> sa.Select[tuple[str, str, float]] | None:
        """Return a query for what the files were recognised as: package_id, standard (number) and confidence (0 to 1).

        One row for each file that was recognised; None: the plugin recognises nothing.
        """
        return None

    def backlog(self) -> Backlog | None:
        """Return what is due to be looked at, taken by a worker or not; None: the plugin keeps no calendar."""
        return None


class IContacts(Interface):
    """A plugin that writes to people and knows who can be reached."""

    def contact_states(self, addresses: Collection[str]) -> Mapping[str, ContactState]:
        """Return ``confirmed``, ``unconfirmed`` or ``bounced`` by mail address (in lower case), as far as known."""
        return {}


class IAnswers(Interface):
    """A plugin that takes questions about data sets and knows whether they are answered."""

    def answers(self, package_ids: Collection[str]) -> Mapping[str, Answers]:
        """Return by id of a data set what became of the questions about it; those left out are not examined."""
        return {}
