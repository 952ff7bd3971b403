"""E-mail addresses and telephone numbers (連絡先), as people write them and as a catalog stores them."""

from __future__ import annotations

import re
import unicodedata

from osakadx import text

_EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+", re.I
)
_AT = re.compile(r"\s*(?:[(\[<]\s*(?:at|アット|アットマーク|@)\s*[)\]>]|アットマーク|★)\s*", re.I)
_EXTENSION = re.compile(r"[(\[ 、,]*(?:内線番号|内線|内|ext)[.: ]*(?P<digits>\d{1,6}(?:[・,、-] ?\d{1,6})*)[)\]]?")
_LABEL = re.compile(r"^(?:電話番号|電話|代表|直通|tel|phone|☎|℡)[.: ]*|[( ]*(?:代表|直通|代|大代表)[)]?$")
_JOINT = re.compile(r" ?(?:/|、|,|;|または|又は|・| (?=0)) ?")
_SHORT = re.compile(r"#\d{4}|1\d\d")  # #7119, 188; four digits alone are the end of a number, or an extension


def email(written: str) -> str | None:
    """Return an e-mail address in its plain form; None where the text is not exactly one.

    Full-width letters, ``mailto:`` and an at sign spelt against robots ((at)、アットマーク、★) are read.
    """
    plain = unicodedata.normalize("NFKC", text.clean(written)).strip()
    plain = _AT.sub("@", re.sub("^mailto:", "", plain, flags=re.I))
    return plain if _EMAIL.fullmatch(plain) and len(plain) <= 254 else None


def telephone(written: str) -> tuple[str, str] | None:
    """Return number and extension (内線番号) of a telephone; None where the text is no Japanese number.

    Reads (06)6941-0351, ０６－６９４１－０３５１（代表）, 06（6941）0351 内線1234, +81-6-6941-0351 and short
    numbers such as #7119 and 188. Numbers come out with hyphens where they had dividers; several are joined by
    ``" / "``, as the sample of 自治体標準オープンデータセット has it. The extension is empty where none is named.
    """
    folded = text.fold(written).replace("ー", "-")
    extension = _EXTENSION.search(folded)
    rest = _LABEL.sub("", _EXTENSION.sub(" ", folded).strip())
    numbers = [_number(part) for part in _JOINT.split(rest) if part]
    if not numbers or None in numbers:
        return None
    return " / ".join(number for number in numbers if number), extension["digits"] if extension else ""


def _number(written: str) -> str | None:
    plain = _LABEL.sub("", _LABEL.sub("", written.strip())).strip()
    if _SHORT.fullmatch(plain):
        return plain
    plain = re.sub(r"^\+?81[- ]?\(?0?\)?-?", "0", plain) if plain.startswith(("+81", "81-")) else plain
    plain = re.sub(r"[ ().-]+", "-", plain).strip("-")
    digits = plain.replace("-", "")
    good = re.fullmatch(r"0\d{9,10}", digits) and re.fullmatch(r"\d{2,6}(?:-\d{1,4}){1,3}|\d+", plain)
    return plain if good else None
