"""One CKAN site in a process of its own, told what to do by lines of JSON.

    python -m tests.bench.harvest.site INI stock|ours

Commands: ``source`` (name, url) → id; ``harvest`` (id) → what it took; ``count`` → what is there,
``searchable`` → how much is found. One answer a line.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from typing import Any

Answer = dict[str, Any]


def main(ini: str, kind: str) -> None:
    """Answer commands until the input ends."""
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    app = make_app(load_config(ini))._wsgi_app
    print(json.dumps({"ready": kind}), flush=True)
    with app.test_request_context():
        site = {"stock": Stock, "ours": Ours}[kind]()
        for line in sys.stdin:
            told = json.loads(line)
            answer = getattr(site, told.pop("do"))(**told)
            print(json.dumps(answer), flush=True)


class Site:
    """What both have in common: sources, counts, and what a harvest costs."""

    def __init__(self) -> None:
        import pysolr
        import sqlalchemy as sa
        from ckan import model

        self.spent: Counter[str] = Counter()
        engine = model.meta.engine
        sa.event.listen(engine, "before_cursor_execute", lambda *_: self.spent.update(["sql"]))
        sa.event.listen(engine, "commit", lambda *_: self.spent.update(["commits"]))
        original = pysolr.Solr._send_request

        def counted(solr: Any, *arguments: Any, **options: Any) -> Any:
            self.spent.update(["solr"])
            return original(solr, *arguments, **options)

        pysolr.Solr._send_request = counted

    def harvest(self, id: str, expected: int) -> Answer:
        """Harvest a source, and wait until searches find what it brought."""
        from ckan import model

        model.Session.remove()
        self.spent.clear()
        began = time.perf_counter()
        done = self.run(id)
        spent = dict(self.spent)
        while self._searchable() < expected:
            if time.perf_counter() - began > 3600:
                raise SystemExit(f"{self._searchable()} of {expected} data sets are found")
            time.sleep(0.02)
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {
            "seconds": seconds,
            "peak_mib": peak,
            **{name: spent.get(name, 0) for name in ("sql", "commits", "solr")},
            **done,
        }

    def run(self, id: str) -> Answer:
        """Do the harvest as far as its own process does it."""
        raise NotImplementedError

    def repoint(self, id: str, url: str) -> Answer:
        """The source publishes something else from now on."""
        from ckan import model
        from ckanext.harvest.model import HarvestSource

        model.Session.get(HarvestSource, id).url = url
        model.Session.commit()
        return {}

    def searchable(self) -> Answer:
        """How many data sets are found."""
        return {"index": self._searchable()}

    def count(self) -> Answer:
        """What is there: data sets and resources, and the ids that the index holds."""
        import sqlalchemy as sa
        from ckan import model

        model.Session.remove()
        packages = sa.select(model.Package.id).where(model.Package.type == "dataset", model.Package.state == "active")
        resources = (
            sa.select(sa.func.count())
            .select_from(model.Resource)
            .where(model.Resource.state == "active", model.Resource.package_id.in_(packages))
        )
        ids = set(model.Session.scalars(packages))
        titles = sa.select(model.Package.title).where(model.Package.id.in_(packages)).order_by(model.Package.title)
        return {
            "datasets": len(ids), "resources": model.Session.scalar(resources),
            "index": self._searchable(), "same_ids": ids == self._indexed(len(ids)),
            "titles": list(model.Session.scalars(titles)),
        }  # fmt: skip

    @staticmethod
    def _searchable() -> int:
        from ckan.lib.search.common import make_connection

        return make_connection().search(q="dataset_type:dataset AND state:active", rows=0).hits

    @staticmethod
    def _indexed(number: int) -> set[str]:
        from ckan.lib.search.common import make_connection

        found = make_connection().search(q="dataset_type:dataset AND state:active", rows=number + 10, fl="id")
        return {each["id"] for each in found.docs}


class Stock(Site):
    """ckanext-harvest's own CKAN harvester: what its two consumers do, without the way through Redis."""

    def source(self, name: str, url: str, force: bool = True) -> Answer:
        """Register a source; ``force_all`` makes every run read everything, as only then what is gone can be seen."""
        from ckan.plugins import toolkit as tk

        made = tk.get_action("harvest_source_create")(
            self._context(),
            {
                "name": name, "title": name, "url": url, "source_type": "ckan", "owner_org": self._owner(),
                "frequency": "MANUAL", "config": json.dumps({"force_all": force}),
            },
        )  # fmt: skip
        return {"id": made["id"]}

    def run(self, id: str) -> Answer:
        """Gather, then fetch and import each object as the fetch consumer does."""
        from ckan import model
        from ckan.plugins import toolkit as tk
        from ckanext.harvest import queue
        from ckanext.harvest.model import HarvestJob, HarvestObject

        job = tk.get_action("harvest_job_create")(self._context(), {"source_id": id, "run": False})
        harvester = queue.get_harvester("ckan")
        this = HarvestJob.get(job["id"])
        this.status = "Running"
        this.save()
        objects = queue.gather_stage(harvester, this) or []
        model.Session.remove()
        for object_id in objects:
            found = HarvestObject.get(object_id)
            found.retry_times += 1
            found.save()
            queue.fetch_and_import_stages(harvester, found)
            model.Session.remove()
        this = HarvestJob.get(job["id"])
        this.status = "Finished"
        this.save()
        return {"objects": len(objects)}

    @staticmethod
    def _context() -> Answer:
        from ckan.plugins import toolkit as tk

        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        return {"user": user, "ignore_auth": True}

    def _owner(self) -> str:
        from ckan import model
        from ckan.plugins import toolkit as tk

        found = model.Group.get("kita-city")
        if found is None:
            made = tk.get_action("organization_create")(self._context(), {"name": "kita-city", "title": "北の市"})
            return made["id"]
        return found.id


class Ours(Site):
    """A run as a worker does it, and the index as the same worker keeps it."""

    def source(self, name: str, url: str) -> Answer:
        """Register a source for 堺市."""
        from ckan.plugins import toolkit as tk
        from ckanext.osakadx.setup import site_user

        made = tk.get_action("harvest_source_create")(
            site_user(),
            {
                "name": name, "title": name, "url": url, "source_type": "osakadx_ckan_api", "owner_org": "271403",
                "frequency": "MANUAL", "config": json.dumps({"publisher": "271403", "license": "CC BY 4.0"}),
            },
        )  # fmt: skip
        return {"id": made["id"]}

    def repoint(self, id: str, url: str) -> Answer:
        """The source publishes something else from now on, and the desk agrees to its new address."""
        from ckan import model
        from ckanext.harvest.model import HarvestSource
        from ckanext.osakadx.harvest import standing

        super().repoint(id, url)
        standing.approve(model.Session.get(HarvestSource, id), "bench")
        return {}

    def run(self, id: str) -> Answer:
        """Ask for a run, do it, and send what waits to the search engine."""
        from ckan import model
        from ckanext.osakadx import outbox
        from ckanext.osakadx.harvest import jobs, runs
        from ckanext.osakadx.harvest.model import Run

        asked, _ = runs.request(id, "command")
        run_id = asked.id
        jobs.do(run_id)
        outbox.drain()
        done = model.Session.get(Run, run_id)
        assert done.state == "finished" and done.counts["proved"], (done.state, done.guard, done.error, done.counts)
        return {"counts": {name: number for name, number in done.counts.items() if isinstance(number, int)}}


if __name__ == "__main__":
    main(*sys.argv[1:])
