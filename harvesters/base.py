"""One run of one source, whoever started it: listing → plan → guard → held, or applied in batches.

A source type adds only its listing (``sources/``); everything that must be the same everywhere is here.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from types import ModuleType
from typing import Any, ClassVar, NamedTuple
from uuid import uuid4

import ckan.plugins as p
import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import HarvestSource
from ckanext.osakadx import outbox, outgoing
from ckanext.osakadx.harvest import arrivals, attempts, calendar, conflicts, results, runs, staging, standing, uploads
from ckanext.osakadx.harvest.model import DISCARDED, Entry, Run, now
from ckanext.osakadx.harvest.writer import Change, Writer
from osakadx import names
from osakadx.dataset import Dataset, Record
from osakadx.fetch import Fetcher
from osakadx.normalise import SourceContext, normalise
from osakadx.package import to_package
from osakadx.standards import load as standards

from . import diff, guard, preview
from .listing import Facts, Last, Source
from .sources import kind

BATCH = 200  # data sets per transaction
# So long a source's word that a record is unchanged is believed; then every record is read again and compared.
TRUST = timedelta(days=7)
KNOWN = frozenset({"publisher", "schedule", "license", "options", "guard", "respect_robots"})


class _Renamed(NamedTuple):
    """Records under a new guid, as (old, new).

    Attributes:
        moved: what seems to be one that is gone. back: what was absent before. sure: those of both beyond doubt.
        open: what would be sure, had the listing been read to its end.
    """

    moved: Sequence[tuple[str, str]] = ()
    back: Sequence[tuple[str, str]] = ()
    sure: Sequence[tuple[str, str]] = ()
    open: Sequence[tuple[str, str]] = ()


class _Plan(NamedTuple):
    """Action → number of records; what is gone, what is absent still, what has a new guid, and the guard's word."""

    numbers: dict[str, int]
    gone: list[str]
    absent: list[str]
    renamed: _Renamed
    verdict: guard.Verdict


class OsakaHarvester(p.SingletonPlugin):
    """The face to ckanext-harvest and the run behind it. Subclasses name their ``source`` module."""

    p.implements(IHarvester)

    source: ClassVar[ModuleType]
    title: ClassVar[str]
    description: ClassVar[str]
    folders: ClassVar[bool] = False  # its files lie in folders of an operator and come into the portal's storage

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
        if "contact" in settings:
            raise ValueError(
                "この設定は誰でも見られるため、contact は書けません。お知らせを送るメールアドレスは、収集元の書式の"
                "「収集元の連絡先」に書いてください。"
            )
        if unknown := sorted(settings.keys() - KNOWN):
            raise ValueError(
                f"設定に知らない項目があります: {'、'.join(unknown)}。使える項目は {'、'.join(sorted(KNOWN))} です。"
            )
        if settings.get("schedule") and not calendar.is_schedule(settings["schedule"]):
            raise ValueError("schedule は「分 時 日 月 曜日」で書いてください(例: 17 3 * * * は毎日3時17分)。")
        if not isinstance(settings.get("respect_robots", True), bool):
            raise ValueError("respect_robots は true か false で書いてください。")
        return config or "{}"

    def gather_stage(self, harvest_job: Any) -> list[str]:
        """Do the whole run: it writes in batches, so nothing is left for the later stages."""
        run, _ = runs.request(harvest_job.source_id, "command", harvest_job.id)
        try:
            self.harvest(run, harvest_job.source)
        finally:
            attempts.leave()
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
        standing.check(source)
        if self.folders:
            uploads.check()
        runs.begin(run)
        settings = calendar.settings(source.config)
        if not run.plan and not self._plan(run, source, settings):
            return
        self._apply(run, source, settings)
        if run.guard.get("action") == "apply" or run.released:
            results.mark_gone(run)
        runs.finish(run)
        arrivals.announce(run)

    def _plan(self, run: Run, source: HarvestSource, settings: Mapping[str, Any]) -> bool:
        """List, compare, ask the guard; False when the run is held or there is nothing to do."""
        last = runs.last_applied(source.id)
        fetch = self._fetcher(settings, standing.exceptions(source.id), sleep=attempts.sleep)
        listing = self.source.listing(fetch, self._describe(source, settings, last))
        staged = staging.stage(run, attempts.watched(listing))
        facts: Facts = listing.facts
        told = asdict(facts) | {"requests": fetch.requests, "bytes": fetch.wire}
        before = runs.numbers(source.id)
        if facts.unchanged:
            runs.finish(run, facts=told, unchanged=before.get("present", 0))
            return False

        plan = self._judged(run, staged, facts, settings, last, before)
        staging.note_missing(run, plan.gone, "gone", len(staged.guids))
        staging.note_missing(run, plan.absent, "absent", len(staged.guids) + len(plan.gone))
        if plan.verdict.action != "hold-run":  # else a person decides about them all
            results.mark_conflicts(run, conflicts.perhaps_renamed(run, plan.renamed.open))
        runs.planned(run, plan.numbers, told, asdict(plan.verdict), plan.renamed.moved, plan.renamed.back)
        if plan.verdict.action == "hold-run":
            runs.hold(run)
            return False
        return True

    def _judged(
        self,
        run: Run,
        staged: staging.Staged,
        facts: Facts,
        settings: Mapping[str, Any],
        last: Run | None,
        before: Mapping[str, int],
    ) -> _Plan:
        """What a listing comes to beside the catalog, and what the guard says to it."""
        gone = staging.gone(run, staged) if self._some_are_gone(staged, before) else []
        absent = staging.still_absent(run, staged) if before.get("absent") else []
        archived = staging.archived(run, staged) if before.get("archived") else []
        renamed = self._renamed(run, staged, gone, [*absent, *archived], complete=facts.complete)
        absent = absent if facts.complete else []
        guarded = functools.partial(
            guard.check,
            facts=facts,
            limits=guard.Limits(**settings.get("guard", {})),
            moved=[*renamed.moved, *renamed.back],
            last_host=(last.facts if last else {}).get("host", ""),
            absent=before.get("absent", 0),
        )
        numbers = guard.Numbers(before.get("present", 0), len(gone))
        verdict = guarded(numbers)
        if verdict.action != "hold-run":
            taken = staging.take_over(run, renamed.sure)
            staged.actions.update(taken.values())
            staged.actions["add"] -= len(taken)
            same = {old for old, _ in taken}
            gone, absent = ([guid for guid in guids if guid not in same] for guids in (gone, absent))
            renamed = _Renamed(moved=list(taken), open=renamed.open)
            verdict = guarded(replace(numbers, gone=len(gone), renamed=len(taken)))
        return _Plan({**staged.actions, "gone": len(gone)}, gone, absent, renamed, verdict)

    def _renamed(
        self, run: Run, staged: staging.Staged, gone: Sequence[str], before: Sequence[str], *, complete: bool
    ) -> _Renamed:
        """What is gone, or was absent before, and is listed under a new guid."""
        if not (gone or before) or not staged.actions["add"]:
            return _Renamed()
        added = staging.marks_of_added(run)
        moved = diff.moves(staging.marks_of_gone(run, gone), added)
        # Where nobody knows what is gone, a mere likeness to it takes nothing from what is known to be.
        taken = {new for _, new in (moved if complete else staging.unmistakable(run, moved))}
        rest = {guid: marks for guid, marks in added.items() if guid not in taken}
        back = diff.moves(staging.marks_of_gone(run, before), rest)
        sure = staging.unmistakable(run, [*moved, *back])
        # What the catalog has from elsewhere too stays a record of its own, and is shown as a conflict.
        entries = staging.entries_of(run, [new for _, new in sure])
        clashes = (
            conflicts.find(run, entries, worldwide=getattr(self.source, "WORLDWIDE_IDS", False)) if entries else {}
        )
        sure = [pair for pair in sure if pair[1] not in clashes]
        back = [pair for pair in sure if pair in set(back)]
        if complete:
            return _Renamed(moved, back, sure)
        # Of what was not listed this time nobody knows whether it is gone, and the new one may be its copy.
        return _Renamed(moved, back, back, [pair for pair in sure if pair not in set(back)])

    def check(self, source: HarvestSource) -> None:
        """Look at a source's options without asking anybody.

        Raises:
            OsakadxError: which one is wrong, and what may stand there.
        """
        self.source.listing(outgoing.fetcher(), self._describe(source, calendar.settings(source.config), None))

    # -- a look before -------------------------------------------------------------------------------------------------

    def preview(
        self,
        source: HarvestSource,
        allow_hosts: frozenset[str] = frozenset(),
        *,
        records: int = preview.RECORDS,
        seconds: float = preview.SECONDS,
    ) -> dict[str, Any]:
        """Do what a run does up to the guard, within a time, and take it all back.

        Args:
            source: one of the catalog, or one that is not saved and has no id.
            allow_hosts: exceptions of the address policy for it.
            records: how many to show.

        Raises:
            OsakadxError: the source cannot be listed at all.
        """
        settings = calendar.settings(source.config)
        asker = self._fetcher(settings, allow_hosts, page=preview.ANSWER, attempts=1)
        fetch = preview.Hurried(asker, seconds)
        look = preview.Look(records)
        nested = model.Session.begin_nested()
        try:
            run = Run(source_id=source.id or str(uuid4()), job_id="", trigger="preview", state=DISCARDED)
            model.Session.add(run)
            model.Session.flush()
            last = runs.last_applied(run.source_id)
            described = self._describe(source, settings, last)
            # Everything is read, whatever the source says has not changed.
            described = replace(described, last=replace(described.last, etag="", modified="", stamps=None))
            listing = self.source.listing(fetch, described)
            staged = staging.stage(run, look.over(listing, fetch))
            before = runs.numbers(run.source_id)
            plan = self._judged(run, staged, listing.facts, settings, last, before)
            actions = staging.actions_of(run, [record.guid for record in look.records])
            clashes = conflicts.of_run(run, worldwide=getattr(self.source, "WORLDWIDE_IDS", False))
            if plan.verdict.action != "hold-run":
                clashes |= conflicts.perhaps_renamed(run, plan.renamed.open)
        finally:
            nested.rollback()
        facts = listing.facts
        writes = sum(plan.numbers.get(action, 0) for action in ("add", "change", "return")) - len(clashes)
        return {
            **asdict(facts),
            "requests": asker.requests,
            "bytes": asker.wire,
            "files": look.files,
            "seconds": round(fetch.elapsed, 1),
            "cut": look.cut,
            # A list that was not read to its end says nothing of what is gone.
            "plan": {key: number for key, number in plan.numbers.items() if facts.complete or key != "gone"},
            "before": dict(before),
            "conflicts": len(clashes),
            "guard": asdict(plan.verdict),
            "expected_seconds": preview.expected(fetch.elapsed, facts.listed, facts.claimed, writes, cut=look.cut),
            "records": [
                _previewed(preview.described(record, described), actions, clashes.get(record.guid))
                for record in look.records
            ],
        }

    def _fetcher(self, settings: Mapping[str, Any], allow_hosts: frozenset[str], **limits: Any) -> Fetcher:
        robots = kind(self.source.__name__.rpartition(".")[2]).robots and settings.get("respect_robots", True)
        return outgoing.fetcher(allow_hosts, robots=robots, **limits)

    @staticmethod
    def _some_are_gone(staged: staging.Staged, before: Mapping[str, int]) -> bool:
        """Whether fewer of the present records were listed than there are."""
        return staged.present < before.get("present", 0)

    def _describe(self, source: HarvestSource, settings: Mapping[str, Any], last: Run | None) -> Source:
        facts = last.facts if last else {}
        trusting = last is not None and runs.read_in_full(source.id) > now() - TRUST
        return Source(
            name=source.title,
            title=source.title,
            url=source.url,
            type=source.type,
            organization=settings.get("publisher", ""),
            license=settings.get("license", ""),
            options=settings.get("options", {}),
            allow_hosts=standing.exceptions(source.id) if source.id else frozenset(),
            folders=uploads.folders() if self.folders else frozenset(),
            last=Last(
                etag=facts.get("etag", ""),
                modified=facts.get("modified", ""),
                host=facts.get("host", ""),
                records=staging.remembered(source.id),
                stamps=staging.stamps(source.id) if trusting else None,
            ),
        )

    def _apply(self, run: Run, source: HarvestSource, settings: Mapping[str, Any]) -> None:
        share = self._share(source, settings)
        context = SourceContext(
            publisher=settings.get("publisher", ""),
            license=settings.get("license", ""),
            name=source.title,
            base_url=source.url,
            stored=share.prefix if share else "",
        )
        remember, worldwide = (getattr(self.source, name, False) for name in ("REMEMBERS", "WORLDWIDE_IDS"))
        results.keep_aside(run)
        user = self._user()
        while batch := attempts.next_batch(run, BATCH):
            standing = conflicts.find(run, batch, worldwide=worldwide)
            results.note_conflicts(run, batch, standing)
            entries = {entry.guid: entry for entry in batch if entry.guid not in standing}
            note = functools.partial(results.note, run, entries, remember=remember)
            Writer(user, note).apply(self._changes(list(entries.values()), context, share))
        outbox.delivered()
        results.confirm_same(run)

    def _share(self, source: HarvestSource, settings: Mapping[str, Any]) -> uploads.Share | None:
        """The folder whose files this source brings; a source of another kind has none, whatever its list says.

        Raises:
            ListingError: the folder is not there any more.
        """
        if not self.folders:
            return None
        described = self._describe(source, settings, None)
        return uploads.Share(self.source.place(described), described.stored)

    def _changes(
        self, entries: Sequence[Entry], context: SourceContext, share: uploads.Share | None = None
    ) -> list[Change]:
        """The data sets of a batch; a name once given stays, since people's links hang on it."""
        given = results.names_of(entry.package_id for entry in entries if entry.package_id)
        datasets = [normalise(_record(entry.record), context) for entry in entries]
        pairs = list(zip(entries, datasets, strict=True))
        taken = _Names([self._name(dataset, ()) for entry, dataset in pairs if not entry.package_id])
        changes: list[Change] = []
        for entry, dataset in pairs:
            name = given.get(entry.package_id or "") or self._name(dataset, taken)
            taken.add(name)
            notices = tuple({"slug": slug, "message": message} for slug, message in dataset.notices)
            package = to_package(replace(dataset, name=name))
            files = uploads.FolderFiles(share, share.listed(entry.record)) if share else None
            changes.append(Change(entry.guid, package, entry.package_id, notices, files))
        return changes

    @staticmethod
    def _name(dataset: Dataset, taken: Container[str]) -> str:
        slug = standards.standard(dataset.standard).slug if dataset.standard else ""
        return names.dataset_name(dataset.publisher, dataset.identifier, dataset.title, slug, taken)

    def _user(self) -> str:
        user = (
            tk.config.get("ckanext.harvest.user_name")
            or tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        )
        return str(user)


def _previewed(record: dict[str, Any], actions: Mapping[str, str], clash: conflicts.Conflict | None) -> dict[str, Any]:
    """A record of a preview with what a run would do about it."""
    if clash is None:
        return record | {"action": actions.get(record["guid"], "same")}
    return record | {"action": "conflict", "notices": [*record["notices"], clash.notice()]}


class _Names:
    """Names that data sets have already: of those a batch will likely ask for, asked for together."""

    def __init__(self, likely: Sequence[str]) -> None:
        self._likely = set(likely)
        query = sa.select(model.Package.name).where(model.Package.name.in_(likely))
        self._taken = set(model.Session.scalars(query)) if likely else set()

    def add(self, name: str) -> None:
        self._taken.add(name)

    def __contains__(self, name: object) -> bool:
        if name in self._taken or name in self._likely:
            return name in self._taken
        return bool(model.Session.scalar(sa.select(sa.exists().where(model.Package.name == name))))


def _record(stored: Mapping[str, Any]) -> Record:
    return Record(
        guid=stored["guid"],
        concepts=stored["concepts"],
        files=tuple(stored["files"]),
        raw=stored["raw"],
        modified=stored.get("modified", ""),
    )
