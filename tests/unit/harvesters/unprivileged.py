"""Root without its power over files, so that what nobody may open is closed to tests that run as root too."""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator

_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3, linux/capability.h
_OVER_FILES = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


@contextlib.contextmanager
def unprivileged() -> Iterator[None]:
    """Within it this thread opens only what permissions let it, whoever it belongs to."""
    if os.geteuid():
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; the low words first
    _done(libc.capget(header, sets))
    before = sets[0]
    sets[0] = before & ~_OVER_FILES
    _done(libc.capset(header, sets))
    try:
        yield
    finally:
        sets[0] = before
        _done(libc.capset(header, sets))


def _done(result: int) -> None:
    if result:
        raise OSError(ctypes.get_errno(), "capabilities cannot be changed")
