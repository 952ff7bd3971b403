"""The portal's one way out: the domain's guarded fetcher with the operator's options."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable

from ckan import plugins as p
from ckan.plugins import toolkit as tk
from osakadx.addresses import AddressPolicy
from osakadx.fetch import PAGE, USER_AGENT, Fetcher
from osakadx.linkcheck.checker import Checker
from osakadx.manners import Clock, Manners, OwnTurns, Turns
from osakadx.meter import Limits
from osakadx.robots import Robots

from .turns import SharedTurns

ALLOW = "ckanext.osakadx.fetch.allow_hosts"
ONLY = "ckanext.osakadx.fetch.only_hosts"
CONTACT = "ckanext.osakadx.fetch.contact"


def fetcher(
    allow_hosts: frozenset[str] = frozenset(),
    *,
    robots: bool = False,
    page: Limits = PAGE,
    attempts: int = 3,
    sleep: Callable[[float], None] = time.sleep,
) -> Fetcher:
    """A fetcher for one piece of work; the turns of the hosts are shared by all processes of the portal.

    Args:
        allow_hosts: ``host:port`` that a sysadmin has excepted for this piece of work alone.
        robots: whether to keep to robots.txt: pages and files, not APIs.
        page, attempts: as of `Fetcher`.
        sleep: waits for so many seconds, between two tries and for a host's turn.
    """
    return Fetcher(
        _policy(allow_hosts),
        manners=_manners(os.getpid(), p.plugin_loaded("osakadx_harvest")),
        contact=_contact(),
        page=page,
        attempts=attempts,
        robots=_robots() if robots else None,
        clock=Clock(sleep=sleep),
    )


def checker(stop: Callable[[], bool]) -> Checker:
    """A check of many links, which shares the hosts' turns and robots.txt with the fetchers.

    Args:
        stop: asked between two requests; once true no more are made.
    """
    turns = _turns(os.getpid(), p.plugin_loaded("osakadx_harvest"))
    return Checker(_policy(), turns=turns, robots=_robots(), contact=_contact(), stop=stop)


def _policy(allow_hosts: frozenset[str] = frozenset()) -> AddressPolicy:
    return AddressPolicy(allow_hosts=_hosts(ALLOW) | allow_hosts, only_hosts=_hosts(ONLY) or None)


def _contact() -> str:
    return str(tk.config.get(CONTACT) or tk.config["ckan.site_url"])


@functools.lru_cache(maxsize=2)
def _manners(process: int, shared: bool) -> Manners:
    return Manners(turns=_turns(process, shared))


@functools.lru_cache(maxsize=2)
def _turns(process: int, shared: bool) -> Turns:
    """The turns of hosts of this process (a fork has its own). Their table is one of `osakadx_harvest`."""
    del process
    return SharedTurns() if shared else OwnTurns()


@functools.lru_cache(maxsize=1)
def _robots() -> Robots:
    return Robots(USER_AGENT.partition("/")[0])


def _hosts(option: str) -> frozenset[str]:
    """``host:port`` words of an option; a plugin of ours may be enabled without the one that declares it."""
    value = tk.config.get(option) or ""
    return frozenset(value.split() if isinstance(value, str) else value)
