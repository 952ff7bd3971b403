import codecs
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osakadx.tables import vendor
from osakadx.tables.encoding import detect
from osakadx.tables.source import Source

PLAIN = (
    "全国地方公共団体コード,名称,名称_カナ,所在地_連結表記,緯度,経度,電話番号,備考\r\n"
    "271004,大阪市立中央図書館,オオサカシリツチュウオウトショカン,大阪府大阪市西区北堀江4-3-2,34.673,135.483,"
    "06-6539-3300,地下鉄「西長堀」駅すぐ。ひらがなの文もあります\r\n"
    "272035,豊中市役所,トヨナカシヤクショ,豊中市中桜塚三丁目,34.78,135.46,06-6858-2525,\r\n"
)
WORDS = PLAIN.split(",")
HALF_KANA = ["ﾄﾖﾅｶｼﾔｸｼｮ", "ｶﾌﾞｼｷｶﾞｲｼｬ", "ﾃﾞｰﾀ"]
NEC = ["①", "㈱", "№", "㎡", "Ⅲ"]
ENCODINGS = ["utf-8", "cp932", "euc-jp", "iso-2022-jp"]


def as_windows_writes_it(text, encoding):
    """Encode with NEC's row 13 in its places, which Python's own EUC-JP and ISO-2022-JP do not have."""
    if encoding in ("utf-8", "cp932"):
        return text.encode(encoding)
    pieces = []
    for char in text:
        if char in NEC:
            lead, trail = char.encode("cp932")
            row, cell = (lead - 0x81) * 2 + 1, trail - 0x40 + 1 - (trail > 0x7F)
            row, cell = (row + 1, trail - 0x9E) if trail >= 0x9F else (row, cell)
            pair = bytes((row + 0x20, cell + 0x20))
            euc = bytes(byte | 0x80 for byte in pair)
            pieces.append(euc if encoding == "euc-jp" else b"\x1b$B" + pair + b"\x1b(B")
        else:
            pieces.append(char.encode("euc_jp" if encoding == "euc-jp" else "iso2022_jp_ext"))
    return b"".join(pieces)


def a_table(seed, words, encoding, size):
    choose = random.Random(seed)
    text, content = "", b""
    while len(content) < size + 4:
        row = ",".join(choose.sample(words, 4)) + "\r\n"
        text, content = text + row, content + as_windows_writes_it(row, encoding)
    return text, content


@pytest.mark.parametrize("extra", [[], HALF_KANA, NEC, HALF_KANA + NEC], ids=["plain", "half-kana", "nec", "both"])
@pytest.mark.parametrize("size", [64, 256, 1024, 8192, 65536])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_encoding_is_found_whole_or_cut_anywhere(encoding, size, extra):
    for seed in range(1 if size > 1024 else 4):
        text, content = a_table(seed, WORDS + extra * 3, encoding, size)
        for end in (len(content), size, size + 1, size + 2, size + 3):
            source = Source("table.csv", content[:end])
            found = detect(source)
            assert found is not None
            assert found.name == encoding
            with found.text(source) as stream:
                decoded = stream.read()
            assert text.startswith(decoded)
            assert len(text) - len(decoded) <= len(content) - end + 1


# Windows maps these to other characters than it maps back from.
ONE_WAY = "¢£¬‖−〜\x80\xa0\uf8f0\uf8f1\uf8f2\uf8f3"
JAPANESE = st.characters(codec="cp932", exclude_categories=["Cc"], exclude_characters=ONE_WAY)


@given(text=st.text(JAPANESE, min_size=1), encoding=st.sampled_from(ENCODINGS))
@settings(max_examples=60, deadline=None)
def test_what_is_decoded_is_never_a_replacement(text, encoding):
    try:
        content = ("名称,住所\r\n" * 3 + text).encode(encoding)
    except UnicodeEncodeError:
        return
    source = Source("table.csv", content)
    found = detect(source)
    assert found is not None
    with found.text(source) as stream:
        decoded = stream.read()
    assert "\ufffd" not in decoded
    assert decoded.endswith(text)


@pytest.mark.parametrize("char", ["①", "㈱", "髙", "﨑", "№", "Ⅲ", "㍉"])
def test_vendor_characters_of_euc_jp_and_jis_are_those_of_cp932(char):
    lead, trail = char.encode("cp932")
    # The NEC and IBM rows as Windows maps them: CP932 writes IBM's own codes, EUC-JP and JIS the NEC ones.
    pairs = [(row, cell) for row in (13, 89, 90, 91, 92) for cell in range(1, 95)]
    written = [bytes((row + 0xA0, cell + 0xA0)) for row, cell in pairs]
    found = [code for code in written if _decoded(code) == char]
    assert len(found) == 1
    jis = b"\x1b$B" + bytes(byte & 0x7F for byte in found[0]) + b"\x1b(B"
    assert jis.decode("iso2022_jp", vendor.STRICT) == char
    assert (lead, trail) != tuple(found[0])


def _decoded(code):
    try:
        return code.decode("euc_jp", vendor.STRICT)
    except UnicodeDecodeError:
        return None


def test_a_wrong_pair_is_still_an_error():
    with pytest.raises(UnicodeDecodeError):
        b"\xa9\xa1".decode("euc_jp", vendor.STRICT)


@pytest.mark.parametrize(
    "bom, name", [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]
)
def test_a_byte_order_mark_tells_the_encoding_and_is_no_character(bom, name):
    source = Source("table.csv", bom + "名称,住所\n".encode(name))
    found = detect(source)
    assert found is not None
    assert (found.name, found.bom) == (name, len(bom))
    with found.text(source) as stream:
        assert stream.read() == "名称,住所\n"


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_zeros(name):
    found = detect(Source("table.csv", "名称,住所,電話\r\n大阪市役所,北区,06-6208-8181\r\n".encode(name)))
    assert found is not None
    assert (found.name, found.newline) == (name, "CRLF")


@pytest.mark.parametrize(
    "content, newline",
    [
        (b"a,b\r\n1,2\r\n", "CRLF"),
        (b"a,b\n1,2\n", "LF"),
        (b"a,b\r1,2\r", "CR"),
        (b'a,b\r\n"1\n1",2\r\n', "CRLF+LF"),
        (b"a,b", None),
    ],
)
def test_line_ends_are_named(content, newline):
    found = detect(Source("table.csv", content))
    assert found is not None
    assert found.newline == newline


def test_a_line_end_across_two_chunks_is_one(monkeypatch):
    monkeypatch.setattr("osakadx.tables.source.CHUNK", 4)
    found = detect(Source("table.csv", b"a,b\r\n1,2\r\n3,4\r\n"))
    assert found is not None
    assert found.newline == "CRLF"


def test_a_japanese_character_across_two_chunks_is_one(monkeypatch):
    monkeypatch.setattr("osakadx.tables.source.CHUNK", 3)
    for encoding in ENCODINGS:
        found = detect(Source("table.csv", "名称,住所\n大阪市,北区\n".encode(encoding)))
        assert found is not None
        assert (found.name, found.cut, found.sample) == (encoding, 0, "名称,住所\n大阪市,北区\n")


def test_bytes_that_cp932_leaves_undefined_are_not_cp932():
    assert detect(Source("table.csv", "名称\n大阪市".encode("cp932") + b"\xa0\xfd\n")) is None


@pytest.mark.parametrize("encoding", ["cp932", "euc-jp"])
def test_a_tie_is_broken_by_a_second_opinion(encoding):
    # Kanji only, in places where both encodings have kanji or kana of the same weight.
    found = detect(Source("table.csv", ("大阪府\n" * 4).encode(encoding)))
    assert found is not None
    assert found.name == encoding
