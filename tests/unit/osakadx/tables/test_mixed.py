import pytest
from osakadx.tables.mixed import Mixture, Place, unmix
from osakadx.tables.source import Source

ROWS = ["名称,住所", "大阪市役所,北区中之島", "豊中市役所,中桜塚三丁目", "池田市役所,城南一丁目"]
CAP = 1 << 16


def lines(mixture, source):
    with mixture.text(source) as text:
        return text.read().splitlines()


@pytest.mark.parametrize("main, other", [("utf-8", "cp932"), ("cp932", "utf-8"), ("utf-8", "euc-jp")])
def test_each_line_is_read_in_its_own_encoding(main, other):
    content = b"".join((row + "\n").encode(other if place == 2 else main) for place, row in enumerate(ROWS))
    source = Source("mixed.csv", content)
    mixture = unmix(source, CAP)
    assert isinstance(mixture, Mixture)
    assert (mixture.name, mixture.stray_name, mixture.stray.line) == (main, other, 3)
    assert content[mixture.stray.offset :].decode(other, "ignore").startswith("豊中市役所")
    assert lines(mixture, source) == ROWS


def test_a_byte_order_mark_makes_utf_8_the_main_encoding():
    content = b"\xef\xbb\xbf" + "名称\n".encode() + "大阪\n堺市\n池田\n".encode("cp932")
    mixture = unmix(Source("mixed.csv", content), CAP)
    assert isinstance(mixture, Mixture)
    assert (mixture.name, mixture.bom, mixture.stray.offset) == ("utf-8", 3, 3 + len("名称\n".encode()))


def test_a_damaged_line_is_not_taken_for_another_encoding():
    content = "名称,住所\n大阪市,北区の大きな避難場所です\n".encode()
    for place in range(14, len(content) - 1):
        damaged = content[:place] + b"\xff" + content[place + 1 :]
        found = unmix(Source("damaged.csv", damaged), CAP)
        assert isinstance(found, Place)
        assert found.line == 2
        assert place - 2 <= found.offset <= place
