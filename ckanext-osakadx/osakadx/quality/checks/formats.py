"""標準と書式, value by value: dates, times, telephones, codes, ids, vocabularies, kana, degrees as written.

GIF DS-441 (日付・時刻), DS-444 (座標), DS-445 (電話番号) and 自治体標準オープンデータセット (code lists, codes).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date

from osakadx import contacts, dates, vocab
from osakadx.quality.checks.cells import only_wareki, unknown
from osakadx.quality.checks.check import Judge, Problem, Table, cell_check
from osakadx.quality.checks.column import FORMATTED, Column
from osakadx.standards.load import code_list, is_open, words_of

_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_NUMERIC_DATE = re.compile(r"(\d{4})[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})日?")
_HHMM = re.compile(r"(?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?|24:00(?::00)?)")
_NEXT_DAY = re.compile(r"(2[4-9]):([0-5]\d)(?::[0-5]\d)?")
# What 24:00 and later becomes in a cell of h:mm: the first day that Excel, or LibreOffice, counts.
_BEYOND_A_DAY = re.compile(r"(?:1900[-/]0?1[-/]0?1|1899[-/]12[-/]31)(?:[T ](\d{1,2}):(\d\d)(?::\d\d)?)?")
_PHONE = re.compile(
    r"(?:0\d{1,4}-\d{1,4}-\d{3,4}|\(0\d{1,4}\)\d{1,4}-\d{3,4}|0\d{9,10}|#\d{4})"
    r"(?: / (?:0\d{1,4}-\d{1,4}-\d{3,4}|\(0\d{1,4}\)\d{1,4}-\d{3,4}))*"
)
_ONE_PHONE = re.compile(r"(?<!\d)0\d{1,4}[-(]\d{1,4}[-)]\d{3,4}(?!\d)")
_LOST_ZERO = re.compile(r"[1-9]\d{0,3}-\d{1,4}-\d{4}|[1-9]\d{8,9}")
_EXPONENT = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
_DECIMAL = re.compile(r"-?\d{1,3}(?:\.\d+)?")
_KANA = re.compile(r"[ァ-ヺーヽヾ・゛゜ 　０-９0-9A-Za-zＡ-Ｚａ-ｚ（）()「」、。．.,&＆'’\-－―~～!！?？/／+＋#＃]+")
_EITHER_KANA = re.compile(_KANA.pattern.replace("[ァ-ヺ", "[ぁ-ゖァ-ヺ"))
_HYPHENED = re.compile(r"番地|地番|住居番号|年齢$")
# 5-6 as a spreadsheet shows it once it has taken it for the fifth day of June.
_DAY = re.compile(r"(?:\d{4}年)?(\d{1,2})月(\d{1,2})日|\d{4}[-/](\d{1,2})[-/](\d{1,2})")
_LISTED_DAYS = re.compile("月.日の順に.*連結")
_WEEK = "月火水木金土日"
_DAYS = re.compile(rf"([{_WEEK}])(?:曜日?)?\s?(?:[~〜∼\-‐–—―ー−]|から)\s?([{_WEEK}])(?![{_WEEK}])")
_SHOWN_CODES = 8
_BRACKETS = str.maketrans("（）", "()")  # the standard's own texts have them in both widths
_CORPORATE_DIGITS = 13
_REGULAR = 0.8
_DEGREES = 360  # no way of counting them has more


@cell_check("dates-are-iso")
def dates_are_iso(column: Column, table: Table) -> Judge | None:
    """Dates are YYYY-MM-DD (or no more exact than they are known) and exist."""
    del table
    return _date if column.role == "date" else None


def _date(value: str) -> Problem | None:
    bare = value.strip()
    if _ISO.fullmatch(bare) and bare.isascii():
        return None if dates.partial_date(bare) else ("impossible", {})
    read = dates.partial_date(bare)
    if read:
        return "wareki" if only_wareki(unicodedata.normalize("NFKC", bare)) else "spelling", {"iso": read}
    found = _NUMERIC_DATE.match(unicodedata.normalize("NFKC", bare))
    if found and not _exists(*map(int, found.groups())):
        return "impossible", {}
    if re.match(r"\d{1,2}/\d{1,2}/\d{4}", bare) or re.match(r"\d{4}-\d\d-\d\d[T ]", bare):
        return "spelling", {"iso": "2024-04-01"}
    day = dates.of_serial(bare)
    if day is not None:
        return "serial", {"iso": day.isoformat()}
    return None if unknown(unicodedata.normalize("NFKC", bare)) else ("unread", {})


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


@cell_check("times-are-hhmm")
def times_are_hhmm(column: Column, table: Table) -> Judge | None:
    """Times are HH:MM, 24 hours, with a zero in front."""
    del table
    if column.role != "time":
        return None
    return _time


def _time(value: str) -> Problem | None:
    bare = value.strip()
    if _HHMM.fullmatch(bare) or _unknown(value):
        return None
    if late := _NEXT_DAY.fullmatch(unicodedata.normalize("NFKC", bare)):
        return "next-day", {"plain": f"{int(late[1]) - 24:02}:{late[2]}"}
    beyond = _BEYOND_A_DAY.fullmatch(bare)
    return ("beyond", {"plain": f"{24 + int(beyond[1] or 0)}:{beyond[2] or '00'}"}) if beyond else ("", {})


def _unknown(value: str) -> bool:
    return len(value) < 8 and unknown(unicodedata.normalize("NFKC", value).strip())


@cell_check("phones-are-plain")
def phones_are_plain(column: Column, table: Table) -> Judge | None:
    """Telephone numbers are half-width digits and hyphens with their area code."""
    del table
    return _phone if column.role == "phone" else None


def _phone(value: str) -> Problem | None:
    bare = value.strip()
    if _PHONE.fullmatch(bare) or _unknown(bare):
        return None
    if _LOST_ZERO.fullmatch(bare):
        return "zero", {}
    read = contacts.telephone(bare)
    if read and read[0] == bare:
        return None
    if read:
        return "spelling", {"plain": read[0]}
    return "several" if _ONE_PHONE.search(unicodedata.normalize("NFKC", bare)) else "unread", {}


@cell_check("codes-keep-their-zeros")
def codes_keep_their_zeros(column: Column, table: Table) -> Judge | None:
    """Codes have all their digits: of municipalities six with a right check digit, of corporations thirteen."""
    del table
    if column.role == "municipality-code":
        return _municipality_code
    if column.role == "corporate-number":
        return _corporate_number
    if column.role not in ("code", "postal") or "内線" in column.name:  # extensions are as long as the exchange has it
        return None
    digits = _usual_digits(column)
    if digits is None:
        return None
    return lambda value: ("zero", {"digits": digits}) if value.isdecimal() and len(value) == digits - 1 else None


def _municipality_code(value: str) -> Problem | None:
    bare = value.strip()
    if vocab.is_local_government_code(bare) or _unknown(bare) or _EXPONENT.fullmatch(bare):
        return None
    if not (bare.isascii() and bare.isdecimal()):
        return "form", {"digits": 6}
    if len(bare) == 5:
        six = bare + vocab.check_digit(bare)
        # 1100 of 北海道 (011002 without its zero) has a right check digit too; what is a known code is taken for it.
        lost = vocab.is_local_government_code("0" + bare) and bare[0] in "123456789" and _is_prefecture("0" + bare)
        return ("zero", {"digits": 6}) if lost else ("five", {"six": six})
    if len(bare) == 6:
        return "check", {}
    return "form", {"digits": 6}


def _is_prefecture(code: str) -> bool:
    """The first two digits are those of a prefecture, 01 to 47, and below 10, since only these begin with a zero."""
    return 1 <= int(code[:2]) <= 9


def _corporate_number(value: str) -> Problem | None:
    bare = value.strip()
    if (bare.isascii() and bare.isdecimal() and len(bare) == _CORPORATE_DIGITS) or _unknown(bare):
        return None
    if _EXPONENT.fullmatch(bare):
        return None
    return "form", {"digits": _CORPORATE_DIGITS}


def _usual_digits(column: Column) -> int | None:
    """How many digits the codes of a column have, where some begin with a zero and others are one digit short.

    Where none begins with a zero, numbers were given one after the other, and 999 is followed by 1000; only of postal
    codes it is known that all have seven digits.
    """
    digits = [value.strip() for value in column.values if value.strip().isdecimal()]
    if len(digits) < 5:
        return None
    usual, count = Counter(map(len, digits)).most_common(1)[0]
    same = usual >= 4 and count >= _REGULAR * len(digits)
    kept = column.role == "postal" or any(len(value) == usual and int(value[0]) == 0 for value in digits)
    return usual if same and kept and count < len(digits) else None


@cell_check("ids-are-not-exponents")
def ids_are_not_exponents(column: Column, table: Table) -> Judge | None:
    """No id or code was turned into 1.23E+12 by a spreadsheet, nor a house number or an age (3-5) into a date."""
    del table
    if _HYPHENED.search(column.name):
        return _made_a_date
    if column.role in FORMATTED or column.role == "url":
        return None
    return lambda value: ("", {}) if "E+" in value.upper() and _EXPONENT.fullmatch(value.strip()) else None


def _made_a_date(value: str) -> Problem | None:
    found = _DAY.fullmatch(value.strip())
    return ("date", {"plain": "-".join(str(int(part)) for part in found.groups() if part)}) if found else None


@cell_check("values-in-the-vocabulary")
def days_are_listed(column: Column, table: Table) -> Judge | None:
    """Days of the week are all listed (月火水木金) and not from one to another (月～金), as the standard has it."""
    del table
    return _days if column.spec is not None and _LISTED_DAYS.search(column.spec.format) else None


def _days(value: str) -> Problem | None:
    found = _DAYS.match(unicodedata.normalize("NFKC", value).strip())
    if found is None or _WEEK.index(found[1]) >= _WEEK.index(found[2]):
        return None
    return "days", {"plain": _WEEK[_WEEK.index(found[1]) : _WEEK.index(found[2]) + 1]}


@cell_check("values-in-the-vocabulary")
def values_in_the_vocabulary(column: Column, table: Table) -> Judge | None:
    """Columns with a code list of the standard hold values of it, several of them divided by a semicolon."""
    del table
    spec = column.spec
    if spec is None or not spec.codes or is_open(spec.codes):
        return None
    codes = code_list(spec.codes)
    known = {word.translate(_BRACKETS) for word in words_of(spec.codes)}
    if spec.codes == "flag_1_blank":
        known = {"1"}
    shown = "、".join([code.label or code.code for code in codes][:_SHOWN_CODES]) + (
        "…" if len(codes) > _SHOWN_CODES else ""
    )
    if spec.codes == "flag_1_blank":
        shown = "当てはまるとき 1、当てはまらないとき空"

    def judge(value: str) -> Problem | None:
        parts = [part.strip().translate(_BRACKETS) for part in value.split(";")]
        return None if all(part in known or not part for part in parts) else ("", {"codes": shown})

    return judge


@cell_check("kana-is-kana")
def kana_is_kana(column: Column, table: Table) -> Judge | None:
    """Readings are full-width katakana."""
    del table
    if column.role != "kana":
        return None
    # A publisher's own column of ふりがな may be in hiragana; in the standard's it may not.
    known = _KANA if column.spec is not None or "カナ" in column.name or "フリガナ" in column.name else _EITHER_KANA
    return lambda value: None if known.fullmatch(value) or _unknown(value) else ("", {})


@cell_check("no-unknown-in-values")
def no_unknown_in_values(column: Column, table: Table) -> Judge | None:
    """No word for unknown stands in a column of numbers, dates, times or degrees."""
    del table
    if column.role not in FORMATTED:
        return None
    return lambda value: ("", {}) if _word(value) else None


def _word(value: str) -> bool:
    plain = unicodedata.normalize("NFKC", value).strip()
    return len(plain) < 8 and unknown(plain) and any(char.isalpha() for char in plain) and plain.lower() not in "xー"


@cell_check("prefecture-in-full")
def prefecture_in_full(column: Column, table: Table) -> Judge | None:
    """A prefecture is 大阪府, not 大阪."""
    del table
    if column.role != "prefecture":
        return None
    short = {name[:-1]: name for name in _prefectures() if name != "北海道"}
    return lambda value: ("", {"full": short[value.strip()]}) if value.strip() in short else None


def _prefectures() -> list[str]:
    from osakadx import data

    return [row["label_ja"] for row in data.rows("vocabularies/place_names.csv") if row["kind"] == "prefecture"]


@cell_check("coordinates-in-the-area")
def coordinates_are_degrees(column: Column, table: Table) -> Judge | None:
    """Latitude and longitude are decimal degrees inside Japan."""
    del table
    if column.role not in ("latitude", "longitude"):
        return None
    low, high = LATITUDES if column.role == "latitude" else LONGITUDES
    other = LONGITUDES if column.role == "latitude" else LATITUDES
    whole = 2 if column.role == "latitude" else 3

    def judge(value: str) -> Problem | None:
        bare = value.strip()
        if _unknown(bare):
            return None
        try:
            degrees = float(bare) if bare.isascii() else None
        except ValueError:
            degrees = None
        if degrees is None or not _finite(degrees):
            return "form", {}
        if low <= degrees <= high or other[0] <= degrees <= other[1]:
            return None  # swapped ones have a rule of their own
        digits = bare.replace(".", "")
        plain = f"{digits[:whole]}.{digits[whole:]}"
        if digits.isdecimal() and len(digits) > whole and low <= float(plain) <= high:
            return "point", {"plain": plain}
        return ("metres" if abs(degrees) > _DEGREES else "japan"), {}

    return judge


def _finite(degrees: float) -> bool:
    return abs(degrees) < 1e12


# Japan with its outer islands, in degrees; the two bands do not overlap, which makes swapped coordinates certain.
LATITUDES, LONGITUDES = (20.0, 46.0), (122.0, 154.5)
