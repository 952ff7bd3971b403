"""Marks for sentences that are translated where they are shown, not where they stand.

Babel's extractor knows these names, so a marked sentence is in the catalogue; at run time they change nothing.
"""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802  gettext's own name for "mark, do not translate"
    """Mark a message for the extractor and return it as it is."""
    return message


def NN_(singular: str, plural: str) -> tuple[str, str]:  # noqa: N802
    """Mark a message with a plural and return both forms as they are."""
    return singular, plural
