"""How much of one file is read before it is refused or cut: memory and time belong to everybody."""

from __future__ import annotations

from dataclasses import dataclass

MEBI = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Caps of one reading.

    Attributes:
        file_bytes: larger files are refused unread.
        document_bytes: the same for formats that must be in memory as a whole (GeoJSON, HTML, legacy workbooks).
        field_chars: a longer CSV field is taken for a quotation mark that was never closed.
        line_chars: a longer line ends the reading of a CSV file.
        columns: further columns are left unread (16,384 is what a spreadsheet can hold).
        sheet_cells: a larger sheet, counted as the rectangle around its filled cells, is refused.
        archive_entries, archive_bytes, archive_ratio: caps on the central directory, on the sum of what really comes
            out, and on one entry's inflated over deflated bytes (only above 1 MiB; small entries may repeat).
        places: so many places of one kind are listed one by one; the rest is counted.
    """

    file_bytes: int = 1024 * MEBI
    document_bytes: int = 128 * MEBI
    field_chars: int = MEBI
    line_chars: int = 4 * MEBI
    columns: int = 16_384
    sheet_cells: int = 8_000_000
    archive_entries: int = 2_000
    archive_bytes: int = 256 * MEBI
    archive_ratio: int = 200
    places: int = 20
