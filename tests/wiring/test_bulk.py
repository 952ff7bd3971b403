"""What the bulk writer does itself for the sake of speed is what CKAN's own functions do."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.lib.navl import dictization_functions as navl
from ckanext.osakadx.bulk.prepared import unflatten
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

VALUES = st.one_of(st.none(), st.integers(0, 3), st.sampled_from(["", "x"]), st.just({}))
KEYS = st.one_of(
    st.sampled_from([("title",), ("notes",)]),
    st.tuples(st.just("resources"), st.integers(0, 4), st.sampled_from(["url", "name"])),
    st.tuples(st.just("resources"), st.integers(0, 4), st.just("sub"), st.integers(0, 3), st.just("name")),
    st.tuples(st.just("extras"), st.integers(0, 5), st.sampled_from(["key", "value"])),
)
EXTRAS = st.lists(
    st.fixed_dictionaries({"key": st.sampled_from(["a", "b", "c"])}, optional={"deleted": st.booleans()}), max_size=4
)


@settings(deadline=None)
@given(flat=st.dictionaries(KEYS, VALUES, max_size=25))
def test_flat_data_become_what_ckan_makes_of_them(flat: dict[Any, Any]) -> None:
    expected, found = navl.unflatten(dict(flat)), unflatten(flat)
    assert found == expected
    assert list(found) == list(expected)


@settings(deadline=None)
@given(extras=EXTRAS)
def test_extras_that_come_twice_are_found_as_ckan_finds_them(extras: list[dict[str, Any]]) -> None:
    from ckan.logic import validators
    from ckanext.osakadx.bulk import lookups

    flat = navl.flatten_dict({"title": "題名", "extras": extras} if extras else {"title": "題名"})
    errors: dict[Any, list[str]] = {}
    # CKAN translates its message, for which there is no site here.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validators, "_", str)
        validators.duplicate_extras_key(("__before",), dict(flat), errors, {})
    try:
        lookups.distinct_extras(("__before",), flat, {}, {})
    except navl.Invalid:
        assert errors
    else:
        assert not errors
