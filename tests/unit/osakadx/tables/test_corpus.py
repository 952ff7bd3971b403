"""The corpus against its oracle: what our reader says otherwise is known, listed and counted, and nothing else."""

import pytest
from osakadx.tables.read import read

from tests import corpus

FILES = corpus.files()
ORACLE = corpus.oracle()
GAPS = corpus.gaps()


def test_every_file_has_its_oracle():
    assert list(ORACLE) == list(FILES)
    assert len(FILES) >= 150
    assert set(GAPS) <= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_as_a_person_reads_it(name):
    said, expected = corpus.said(read(FILES[name], name)), ORACLE[name]
    assert corpus.differing(said, expected) == GAPS.get(name, frozenset()), (said, expected)


def test_files_come_out_the_same_each_time():
    assert corpus.files() == FILES
