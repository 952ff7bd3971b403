"""A CKAN as it comes, with ckanext-dcat, beside our portal: its own database, search core and web server.

    python -m tests.ckan.stock INI PORT

serves the site, and does the actions that it is told on lines of JSON (``action``, ``data``); one answer a line.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
PER_PAGE = 7  # data sets on a page of its DCAT catalog


def main(ini: str, port: str) -> None:
    """Serve and act until the input ends."""
    from ckan.cli import load_config
    from ckan.config.middleware import make_app
    from werkzeug.serving import make_server

    app = make_app(load_config(ini))
    server = make_server("127.0.0.1", int(port), app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with app._wsgi_app.test_request_context():
        _say({"ready": True})
        for line in sys.stdin:
            told = json.loads(line)
            _say({"result": _done(told["action"], told["data"])})


def _done(action: str, data: dict[str, Any]) -> Any:
    from ckan import model
    from ckan.plugins import toolkit as tk

    model.Session.remove()
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return tk.get_action(action)({"user": user, "ignore_auth": True}, data)


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer, default=str), flush=True)


class Stock:
    """The site, as a test sees it."""

    def __init__(self, stack: Any) -> None:
        from tests.portal import Ports

        self.stack = stack
        self.port = Ports.free().web
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"

    def __call__(self, action: str, **data: Any) -> Any:
        """Do an action of it as its sysadmin."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"action": action, "data": data}) + "\n")
        self._process.stdin.flush()
        return self._answer()["result"]

    def start(self) -> None:
        """Make its database, its core and its tables, and start it."""
        from tests.portal import BIN

        self.stack.psql("CREATE DATABASE stock OWNER ckan", "postgres")
        self._core()
        ini = self.stack.root / "stock.ini"
        self._checked([BIN / "ckan", "generate", "config", ini])
        options = {
            "sqlalchemy.url": self.stack.database_url("stock"), "ckan.site_url": self.url, "ckan.site_id": "stock",
            "solr_url": self.stack.solr_url.replace("/ckan", "/stock"), "ckan.plugins": "dcat",
            "ckan.locale_default": "ja",
            "ckan.redis.url": self.stack.redis_url.replace("/0", "/1"), "ckanext.dcat.datasets_per_page": str(PER_PAGE),
            "ckan.storage_path": str(self.stack.root / "stock"), "ckan.site_title": "北の市のカタログ",
        }  # fmt: skip
        self._checked([BIN / "ckan", "config-tool", ini, *(f"{key} = {value}" for key, value in options.items())])
        self._checked([BIN / "ckan", "-c", ini, "db", "init"])
        self.log = self.stack.log / "stock.log"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.ckan.stock", str(ini), str(self.port)],
            cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log.open("ab"), text=True,
        )  # fmt: skip
        self._answer()

    def _core(self) -> None:
        import ckan

        home = self.stack.root / "solr" / "home"
        shutil.copytree(home / "ckan" / "conf", home / "stock" / "conf")
        shutil.copy(Path(next(iter(ckan.__path__))) / "config" / "solr" / "schema.xml", home / "stock" / "conf")
        address = self.stack.solr_url.removesuffix("/ckan") + "/admin/cores?action=CREATE&name=stock&instanceDir=stock"
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert answer.status == 200

    @staticmethod
    def _checked(command: list[Any]) -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr[-2000:]

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            if line.startswith("{"):
                return json.loads(line)
        raise AssertionError(self.log.read_text(errors="replace")[-3000:])

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


@contextmanager
def stock_site(stack: Any) -> Iterator[Stock]:
    """Start one beside the services of a stack."""
    site = Stock(stack)
    site.start()
    try:
        yield site
    finally:
        site.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
