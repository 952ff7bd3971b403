"""One run of one source, whoever started it: listing → plan → guard → held, or applied in batches.

A source type adds only its listing (``sources/``); everything that must be the same everywhere is here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from types import ModuleType
from typing import Any, ClassVar

import ckan.plugins as p
import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import HarvestSource
from ckanext.osakadx import outgoing
from ckanext.osakadx.harvest import arrivals, calendar, runs
from ckanext.osakadx.harvest.model import Entry, Item, Run
from ckanext.osakadx.harvest.writer import Change, Writer
from osakadx import names
from osakadx.dataset import Record
from osakadx.normalise import SourceContext, normalise
from osakadx.package import to_package
from osakadx.standards import load as standards

from . import diff, guard
from .listing import Facts, Last, Source

BATCH = 100  # data sets per transaction
KNOWN = frozenset({"publisher", "schedule", "license", "options", "guard"})


class OsakaHarvester(p.SingletonPlugin):
    """The face to ckanext-harvest and the run behind it. Subclasses name their ``source`` module."""

    p.implements(IHarvester)

    source: ClassVar[ModuleType]
    title: ClassVar[str]
    description: ClassVar[str]

    # -- ckanext-harvest's interface -----------------------------------------------------------------------------------

    def info(self) -> dict[str, str]:
        """Name, title and description of the source type."""
        kind = self.source.__name__.rsplit(".", 1)[-1]
        return {
            "name": f"osakadx_{kind}",
            "title": self.title,
            "description": self.description,
            "form_config_interface": "Text",
        }

    def validate_config(self, config: str | None) -> str:
        """Refuse a configuration that is not ours, in words for the person who fills in the form.

        Raises:
            ValueError: what is wrong and what may stand there.
        """
        try:
            settings = json.loads(config or "{}")
        except ValueError as error:
            raise ValueError(f"設定が JSON として読めません({error})。") from None
        if not isinstance(settings, dict):
            raise ValueError('設定は {"schedule": "17 3 * * *"} の形で書いてください。')
        if unknown := sorted(settings.keys() - KNOWN):
            raise ValueError(
                f"設定に知らない項目があります: {'、'.join(unknown)}。使える項目は {'、'.join(sorted(KNOWN))} です。"
            )
        if settings.get("schedule") and not calendar.is_schedule(settings["schedule"]):
            raise ValueError("schedule は「分 時 日 月 曜日」で書いてください(例: 17 3 * * * は毎日3時17分)。")
        return config or "{}"

    def gather_stage(self, harvest_job: Any) -> list[str]:
        """Do the whole run: it writes in batches, so nothing is left for the later stages."""
        run, _ = runs.request(harvest_job.source_id, "command", harvest_job.id)
        self.harvest(run, harvest_job.source)
        return []

    def fetch_stage(self, harvest_object: Any) -> bool:
        """Nothing to fetch: the listing held it."""
        del harvest_object
        return True

    def import_stage(self, harvest_object: Any) -> str:
        """Nothing to import: the run has done it."""
        del harvest_object
        return "unchanged"

    # -- the run -------------------------------------------------------------------------------------------------------

    def harvest(self, run: Run, source: HarvestSource) -> None:
        """Do a run, or go on with one that was cut short, released or found its listing already planned.

        Raises:
            OsakadxError: the source cannot be listed at all.
        """
        runs.begin(run)
        settings = calendar.settings(source.config)
        if not run.plan and not self._plan(run, source, settings):
            return
        self._apply(run, source, settings)
        if run.guard.get("action") == "apply" or run.released:
            runs.mark_gone(run)
        runs.finish(run)
        arrivals.announce(run)

    def _plan(self, run: Run, source: HarvestSource, settings: Mapping[str, Any]) -> bool:
        """List, compare, ask the guard; False when the run is held or there is nothing to do."""
        items = runs.known(source.id)
        present = {guid: item for guid, item in items.items() if item.state == "present"}
        last = runs.last_applied(source.id)
        listing = self.source.listing(outgoing.fetcher(), self._describe(source, settings, items, last))
        listed = runs.stage(run, listing, {guid: item.digest for guid, item in items.items()})
        facts: Facts = listing.facts
        if facts.unchanged:
            runs.finish(run, facts=asdict(facts), unchanged=len(present))
            return False

        work = diff.plan(
            {guid: item.digest for guid, item in present.items()}, {guid: seen.digest for guid, seen in listed.items()}
        )
        moved = diff.moves(
            work,
            {guid: [items[guid].title, *items[guid].addresses] for guid in work.gone},
            {guid: [listed[guid].title, *listed[guid].addresses] for guid in work.added},
        )
        verdict = guard.check(
            work,
            facts,
            guard.Limits(**settings.get("guard", {})),
            moved=moved,
            last_host=(last.facts if last else {}).get("host", ""),
            absent=sum(item.state == "absent" for item in items.values()),
        )
        returned = [guid for guid in work.added if guid in items]
        actions = {
            **dict.fromkeys(work.same, "same"),
            **dict.fromkeys(work.changed, "change"),
            **dict.fromkeys(work.added, "add"),
            **{guid: "same" if items[guid].digest == listed[guid].digest else "return" for guid in returned},
        }
        runs.planned(run, actions, [items[guid] for guid in work.gone], asdict(facts), asdict(verdict), moved)
        if verdict.action == "hold-run":
            runs.hold(run)
            return False
        return True

    def _describe(
        self, source: HarvestSource, settings: Mapping[str, Any], items: Mapping[str, Item], last: Run | None
    ) -> Source:
        facts = last.facts if last else {}
        return Source(
            name=source.title,
            title=source.title,
            url=source.url,
            type=source.type,
            organization=settings.get("publisher", ""),
            license=settings.get("license", ""),
            options=settings.get("options", {}),
            last=Last(
                etag=facts.get("etag", ""),
                modified=facts.get("modified", ""),
                host=facts.get("host", ""),
                records={guid: item.raw for guid, item in items.items() if item.state == "present"},
            ),
        )

    def _apply(self, run: Run, source: HarvestSource, settings: Mapping[str, Any]) -> None:
        items = runs.known(source.id)
        context = SourceContext(
            publisher=settings.get("publisher", ""),
            license=settings.get("license", ""),
            name=source.title,
            base_url=source.url,
        )
        taken = _Names()
        while entries := {entry.guid: entry for entry in runs.to_apply(run, BATCH)}:
            writer = Writer(self._user(), lambda outcomes, batch=entries: runs.note(run, batch, outcomes))
            writer.apply([self._change(entry, items.get(entry.guid), context, taken) for entry in entries.values()])
        runs.confirm_same(run)

    def _change(self, entry: Entry, item: Item | None, context: SourceContext, taken: _Names) -> Change:
        dataset = normalise(_record(entry.record), context)
        name = taken.of(item.package_id) if item else ""  # a name once given stays: people's links hang on it
        if not name:
            name = names.dataset_name(
                dataset.publisher, dataset.identifier, dataset.title, _slug(dataset.standard), taken
            )
        taken.add(name)
        notices = tuple({"slug": slug, "message": message} for slug, message in dataset.notices)
        return Change(entry.guid, to_package(replace(dataset, name=name)), item.package_id if item else None, notices)

    def _user(self) -> str:
        user = (
            tk.config.get("ckanext.harvest.user_name")
            or tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        )
        return str(user)


class _Names:
    """Names that data sets have already, asked from the database one at a time and remembered for this run."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def add(self, name: str) -> None:
        self._given.add(name)

    def of(self, package_id: str) -> str:
        return model.Session.scalar(sa.select(model.Package.name).where(model.Package.id == package_id)) or ""

    def __contains__(self, name: object) -> bool:
        if name in self._given:
            return True
        return bool(model.Session.scalar(sa.select(sa.exists().where(model.Package.name == name))))


def _slug(standard: str) -> str:
    return standards.standard(standard).slug if standard else ""


def _record(stored: Mapping[str, Any]) -> Record:
    return Record(
        guid=stored["guid"],
        concepts=stored["concepts"],
        files=tuple(stored["files"]),
        raw=stored["raw"],
        modified=stored.get("modified", ""),
    )
