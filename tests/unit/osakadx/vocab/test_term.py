import pytest
from osakadx import vocab


@pytest.mark.parametrize(
    ("written", "key"), [("配信中", "available"), ("配信準備中", "preparing"), ("配信停止中", "withdrawn")]
)
def test_the_status_of_a_file_is_read(written, key):
    found = vocab.file_status_of(written)
    assert found is not None
    assert found.key == key


def test_who_may_see_a_data_set_is_read():
    found = vocab.access_right_of("制限付き公開")
    assert found is not None
    assert found.uri.endswith("/RESTRICTED")
    assert vocab.access_right_of("たぶん公開") is None
