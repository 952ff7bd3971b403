"""The portal's one way out: the domain's guarded fetcher with the operator's options."""

from __future__ import annotations

import functools

from ckan.plugins import toolkit as tk
from osakadx.addresses import AddressPolicy
from osakadx.fetch import PAGE, Fetcher
from osakadx.manners import Manners
from osakadx.meter import Limits

ALLOW = "ckanext.osakadx.fetch.allow_hosts"
ONLY = "ckanext.osakadx.fetch.only_hosts"
CONTACT = "ckanext.osakadx.fetch.contact"


def fetcher(allow_hosts: frozenset[str] = frozenset(), *, page: Limits = PAGE, attempts: int = 3) -> Fetcher:
    """A fetcher for one piece of work; the turns of the hosts are shared by the whole process.

    Args:
        allow_hosts: ``host:port`` that a sysadmin has excepted for this piece of work alone.
        page, attempts: as of `Fetcher`.
    """
    only = _hosts(ONLY)
    policy = AddressPolicy(allow_hosts=_hosts(ALLOW) | allow_hosts, only_hosts=only or None)
    contact = str(tk.config.get(CONTACT) or tk.config["ckan.site_url"])
    return Fetcher(policy, manners=_manners(), contact=contact, page=page, attempts=attempts)


@functools.lru_cache(maxsize=1)
def _manners() -> Manners:
    return Manners()


def _hosts(option: str) -> frozenset[str]:
    """``host:port`` words of an option; a plugin of ours may be enabled without the one that declares it."""
    value = tk.config.get(option) or ""
    return frozenset(value.split() if isinstance(value, str) else value)
