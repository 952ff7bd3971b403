"""The options of this plugin, as the domain takes them."""

from __future__ import annotations

from ckan.plugins import toolkit as tk
from osakadx.questions import Limits

DAYS = "ckanext.osakadx.questions.days"
PER_ASKER = "ckanext.osakadx.questions.per_asker"
PER_DATASET = "ckanext.osakadx.questions.per_dataset"


def promise() -> int:
    """Days within which questions are answered."""
    return int(tk.config[DAYS])


def limits() -> Limits:
    """How many questions are taken on one day."""
    return Limits(asker=int(tk.config[PER_ASKER]), dataset=int(tk.config[PER_DATASET]))
