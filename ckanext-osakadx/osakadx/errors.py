"""The few errors of the domain. Each speaks to the person who can mend it: what was found, where, what to do."""

from __future__ import annotations


class OsakadxError(Exception):
    """Base of every error of the domain.

    Args:
        message: one Japanese sentence that says what was found.
        where: the place as its owner knows it (an address, a file, a cell), or empty.
        fix: one Japanese sentence that says how to mend it, or empty.
        slug: stable kebab-case name of the kind of error, for reports and tests.
    """

    slug = "error"

    def __init__(self, message: str, *, where: str = "", fix: str = "", slug: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.fix = fix
        if slug:
            self.slug = slug

    def __str__(self) -> str:
        place = f"({self.where})" if self.where else ""
        return " ".join(part for part in (self.message + place, self.fix) if part)


class FetchError(OsakadxError):
    """An address could not be fetched.

    Args:
        transient: whether trying later may help.
        status: HTTP status of the answer, None where there was none.
    """

    slug = "fetch-failed"

    def __init__(
        self,
        message: str,
        *,
        where: str = "",
        fix: str = "",
        slug: str = "",
        transient: bool = False,
        status: int | None = None,
    ) -> None:
        super().__init__(message, where=where, fix=fix, slug=slug)
        self.transient = transient
        self.status = status


class RefusedAddress(FetchError):
    """The address must never be asked: blocked network, scheme, port or form."""

    slug = "address-refused"


class ListingError(OsakadxError):
    """A source answered, but not with a list of data sets: HTML for JSON, an empty page, a wrong table."""

    slug = "listing-unreadable"


class UnreadableFile(OsakadxError):
    """A file is not a table that can be read: encrypted, a PDF, an image, broken."""

    slug = "file-unreadable"


class DataFileError(OsakadxError):
    """A file of `schemas/` does not say what the code needs."""

    slug = "schema-file-broken"
