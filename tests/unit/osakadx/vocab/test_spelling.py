import pytest
from osakadx.errors import DataFileError
from osakadx.vocab import spelling


def test_spellings_are_compared_squeezed():
    assert spelling.table([("ＣＣ ＢＹ", "a")], "x.csv") == {"ccby": "a"}


def test_one_spelling_for_two_keys_is_refused_with_both_named():
    with pytest.raises(DataFileError, match=r"a と b.*schemas/x\.csv"):
        spelling.table([("CC BY", "a"), ("cc-by", "b")], "x.csv")
