"""Validation with a schema that is read once: `navl_validate` works the same things out of it for every data set.

The order of the validators, what they are called with and what they see is that of
``ckan.lib.navl.dictization_functions.validate`` of CKAN 2.12.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ckan.lib.navl import dictization_functions as navl
from ckan.lib.navl.validators import ignore_missing
from ckan.types import Context

Key = tuple[Any, ...]
Step = tuple[Key, bool, tuple[tuple[Callable[..., Any], int], ...]]  # key, whether it may be missing, validators

MAX_PLANS, MAX_SHAPE = 256, 400


class Refused(Exception):
    """The data are not valid; which errors there are is for CKAN's own validation to say."""


class Prepared:
    """A schema, ready to validate many data sets.

    Args:
        schema: as a dataset plugin gives it to `navl_validate`; nobody may change it afterwards.
        instead: validators that are replaced by others which do the same with what a batch knows already.
        lenient: errors count for nothing, as where CKAN shows a data set: what can be converted is.
    """

    def __init__(
        self,
        schema: dict[str, Any],
        instead: Mapping[Callable[..., Any], Callable[..., Any]] | None = None,
        *,
        lenient: bool = False,
    ) -> None:
        self._schema = schema
        self._lenient = lenient
        self._names = list(schema)
        self._instead = dict(instead or {})
        flattened = navl.flatten_schema(schema)
        self._parents = {key[:-1] for key in flattened}
        self._starts = {key[:length] for key in flattened for length in range(len(key) + 1)}
        self._plans: dict[frozenset[Key], _Plan] = {}

    def validate(self, data: dict[str, Any], context: Context) -> dict[str, Any]:
        """Return the converted data.

        Raises:
            Refused: they are not valid.
        """
        empty = [key for key, value in data.items() if value == []]
        inner = Context(context, schema_keys=self._names)
        try:
            flat = navl.flatten_dict(data, schema=self._schema)
            converted = self._run(flat, inner)
        except navl.DataError as error:
            raise Refused from error
        found = unflatten(converted)
        for key in empty:
            found.setdefault(key, [])
        return found

    def _run(self, flat: dict[Key, Any], context: Context) -> dict[Key, Any]:
        plan = self._plan(flat)
        data = self._augmented(flat, plan)
        errors: dict[Key, list[str]] = {key: [] for key in plan.keys}
        for key, optional, validators in plan.steps:
            if optional and (data.get(key) is navl.missing or data.get(key) is None):
                data.pop(key, None)  # what `ignore_missing` does, for most keys and without a call
                continue
            for validator, arguments in validators:
                try:
                    if arguments == 1:
                        data[key] = validator(data.get(key))
                    elif arguments == 2:
                        data[key] = validator(data.get(key), context)
                    else:
                        validator(key, data, errors, context)
                except navl.Invalid as error:
                    if not self._lenient:
                        raise Refused from error
                    errors[key].append(error.error)
                except navl.StopOnError:
                    break
        if not self._lenient and any(errors.values()):
            raise Refused
        return data

    def _augmented(self, flat: dict[Key, Any], plan: _Plan) -> dict[Key, Any]:
        """What the schema does not name goes to ``__extras`` of its level, or to ``__junk``; what it names is there."""
        data: dict[Key, Any] = {}
        junk: dict[Key, Any] = {}
        extras: dict[Key, dict[Any, Any]] = {}
        for key, value in flat.items():
            if key in plan.keys:
                data[key] = value
            elif key[::2] in self._starts and value != []:
                raise Refused
            elif key[:-1] in plan.shape:
                extras.setdefault((*key[:-1], "__extras"), {})[key[-1]] = value
            else:
                junk[key] = value
        if junk:
            data[("__junk",)] = junk
        data.update(extras)
        for key in plan.named:
            if key not in data:
                data[key] = navl.missing
        return data

    def _plan(self, flat: Iterable[Key]) -> _Plan:
        shape: set[Key] = {()}
        for level in sorted({key[:-1] for key in flat}, key=len):
            if level[::2] in self._parents and level[:-2] in shape:
                shape.add(level)
        frozen = frozenset(shape)
        plan = self._plans.get(frozen)
        if plan is None:
            plan = _Plan(self._schema, frozen, self._instead)
            if len(shape) <= MAX_SHAPE:
                if len(self._plans) >= MAX_PLANS:
                    self._plans.clear()
                self._plans[frozen] = plan
        return plan


def unflatten(flat: Mapping[Key, Any]) -> dict[str, Any]:
    """As ``unflatten`` of ``ckan.lib.navl``: nested dicts and lists from keys such as ``("resources", 0, "url")``.

    Keys come in its order, the shorter ones first, and indexes that are left out leave no gap.
    """
    lengths: dict[int, list[Key]] = defaultdict(list)
    for key in flat:
        lengths[len(key)].append(key)
    found: dict[str, Any] = {}
    places: dict[Key, Any] = {(): found}
    gaps: list[list[Any]] = []
    for length in sorted(lengths):
        for key in sorted(lengths[length]):
            parent = places.get(key[:-1])
            if parent is None:
                parent = _place(key[:-1], places, gaps)
            parent[key[-1]] = flat[key]
    for listed in gaps:
        listed[:] = [each for each in listed if each]
    return found


def _place(key: Key, places: dict[Key, Any], gaps: list[list[Any]]) -> Any:
    """Where the values under a key go; on the way there a name holds a list, and a number a dict of that list."""
    if key in places:
        return places[key]
    above, last = _place(key[:-1], places, gaps), key[-1]
    if isinstance(above, list):
        if last > len(above):
            gaps.append(above)
        above.extend({} for _ in range(last + 1 - len(above)))
        places[key] = above[last]
    else:
        places[key] = above.setdefault(last, [])
    return places[key]


class _Plan:
    """The validators in their order for data of one shape: so many resources, so many contacts."""

    def __init__(
        self, schema: dict[str, Any], shape: frozenset[Key], instead: Mapping[Callable[..., Any], Callable[..., Any]]
    ) -> None:
        full: dict[Key, list[Callable[..., Any]]] = {}
        for level in shape:
            inner = schema
            for name in level[::2]:
                inner = inner[name]
            for name, value in inner.items():
                if isinstance(value, list):
                    full[(*level, name)] = value
        self.shape = shape
        self.keys = frozenset(full)
        ordered = sorted(full, key=navl.flattened_order_key)
        self.named = [key for key in full if not key[-1].startswith("__")]
        rounds = [
            [key for key in ordered if key[-1] == "__before"],
            [key for key in ordered if not key[-1].startswith("__")],
            [key for key in ordered if key[-1] == "__extras"],
            [key for key in reversed(ordered) if key[-1] == "__after"],
            [key for key in ordered if key == ("__junk",)],
        ]
        self.steps: list[Step] = [
            _step(key, [instead.get(validator, validator) for validator in full[key]])
            for each in rounds
            for key in each
        ]


def _step(key: Key, validators: list[Callable[..., Any]]) -> Step:
    optional = validators[:1] == [ignore_missing]
    return key, optional, tuple(map(_called, validators[optional:]))


def _called(validator: Callable[..., Any]) -> tuple[Callable[..., Any], int]:
    count = validator.__code__.co_argcount
    if count not in (1, 2, 4):
        raise TypeError(f"{validator.__name__} takes {count} arguments; a validator takes 1, 2 or 4")
    return validator, count
