"""Tells a legacy workbook (.xls, BIFF8, MS-XLS) with a password from a broken one, which the cell reader cannot."""

from __future__ import annotations

# BOF of the workbook's globals: record 0809, 16 bytes, version 0600, type 0005.
_BOF = bytes.fromhex("0908 1000 0006 0500")
_BOF_SIZE = 20
_FILEPASS = 0x002F
# FILEPASS stands among the first records, behind WRITEPROTECT at most.
_LOOKED_AT = 4


def has_password(content: bytes) -> bool:
    """Say whether the records of a legacy workbook are encrypted."""
    place = content.find(_BOF)
    if place < 0:
        return False
    place += _BOF_SIZE
    for _ in range(_LOOKED_AT):
        kind, size = (int.from_bytes(content[place + at : place + at + 2], "little") for at in (0, 2))
        if kind == _FILEPASS:
            return True
        place += 4 + size
    return False
