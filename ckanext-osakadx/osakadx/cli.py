"""`osakadx read | list`: the domain from a shell, without a portal."""

from __future__ import annotations


def main() -> int:
    """Entry point of the command `osakadx`."""
    return 0
