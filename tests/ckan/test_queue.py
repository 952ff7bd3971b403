"""The durable queue through its commands."""

from __future__ import annotations

from tests.portal import Stack, ckan


def test_a_worker_may_serve_some_queues_only(stack: Stack) -> None:
    ckan(stack, "osakadx-queue", "worker", "--queue", "harvest", "--queue", "index", "--until-empty")
