"""Things to do once the present database transaction is over: telling the queue, which reads what was committed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from ckan import model

log = logging.getLogger(__name__)

_WAITING = "osakadx_afterwards"


def afterwards(key: str, action: Callable[[], object]) -> None:
    """Do something when the outermost transaction of this session has ended, not when a savepoint is released.

    Args:
        key: a second action of the same key takes the place of the first.
        action: may not use the session; an error is logged and breaks nothing, for everything told this way has a
            calendar that comes by and finds it.
    """
    model.Session().info.setdefault(_WAITING, {})[key] = action


@sa.event.listens_for(model.Session, "after_transaction_end")
def _ended(session: Any, transaction: Any) -> None:
    if transaction.parent is not None:
        return
    for key, action in session.info.pop(_WAITING, {}).items():
        try:
            action()
        except Exception:
            log.exception("%s could not be done after the transaction", key)
