"""A private Solr of several cores in one JVM: CKAN's own schema, the same with plain text_ja, and ours."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ckan

PROJECT = Path(__file__).parents[3]
CONF = PROJECT / "docker" / "solr" / "conf"
BARE = PROJECT / "docker" / "bare" / "solr"
STOCK = Path(next(iter(ckan.__path__))) / "config" / "solr" / "schema.xml"
# What BODIK ODCS does: Solr's own text_ja for title, notes and the catch-all; names of files stay with white space.
TEXT_JA = """    <fieldType name="text" class="solr.TextField" positionIncrementGap="100">
        <analyzer>
            <tokenizer class="solr.JapaneseTokenizerFactory" mode="search"/>
            <filter class="solr.JapaneseBaseFormFilterFactory"/>
            <filter class="solr.JapanesePartOfSpeechStopFilterFactory"/>
            <filter class="solr.CJKWidthFilterFactory"/>
            <filter class="solr.StopFilterFactory" ignoreCase="true" words="lang/stopwords_ja.txt"/>
            <filter class="solr.JapaneseKatakanaStemFilterFactory" minimumLength="4"/>
            <filter class="solr.LowerCaseFilterFactory"/>
        </analyzer>
    </fieldType>

"""
CORES = ("stock", "plain", "ours")


def _schema(core: str) -> str:
    stock = STOCK.read_text(encoding="utf-8")
    if core == "stock":
        return stock
    start, end = stock.index('    <fieldType name="text" '), stock.index("    <!-- A general unstemmed")
    return stock[:start] + TEXT_JA + stock[end:]


def _prepare(home: Path) -> None:
    (home / "solr.xml").parent.mkdir(parents=True)
    (home / "solr.xml").write_text("<solr/>\n")
    for core in CORES:
        shutil.copytree(CONF, home / core / "conf")
        (home / core / "core.properties").write_text(f"name={core}\n")
        settings = home / core / "conf" / "solrconfig.xml"
        # Rounds of one query must each do the work: no core keeps results of queries.
        settings.write_text(re.sub("<queryResultCache[^>]*/>", "", settings.read_text(encoding="utf-8")), "utf-8")
        if core != "ours":
            (home / core / "conf" / "schema.xml").write_text(_schema(core), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@dataclass(frozen=True)
class Server:
    """A running Solr: the address of each core."""

    cores: dict[str, str]


@contextmanager
def running(folder: Path, lib: Path) -> Iterator[Server]:
    """Start Solr below a folder and stop it at the end.

    Args:
        folder: an empty folder for cores and logs.
        lib: where Solr's jars lie (`make install` puts them into var/solr/lib).
    """
    home, port = folder / "home", _free_port()
    _prepare(home)
    command = [
        shutil.which("java") or "/usr/bin/java", "-Xms256m", "-Xmx512m", f"-Dsolr.solr.home={home}",
        f"-Dsolr.log.dir={folder}", f"-Dsolr.install.dir={folder}", "-cp", f"{lib}/*",
        "org.eclipse.jetty.xml.XmlConfiguration", str(BARE / "jetty.xml"), f"jetty.port={port}",
        f"webapp={BARE / 'webapp'}",
    ]  # fmt: skip
    with (folder / "solr.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=os.environ)
    try:
        cores = {core: f"http://127.0.0.1:{port}/solr/{core}" for core in CORES}
        _wait(server, cores.values(), folder)
        yield Server(cores)
    finally:
        server.terminate()
        server.wait(30)


def _wait(server: subprocess.Popen[bytes], addresses: Iterator[str] | list[str], folder: Path) -> None:
    for address in addresses:
        for _ in range(120):
            if server.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{address}/admin/ping?wt=json", timeout=5).read()
                break
            except OSError:
                time.sleep(0.5)
        else:
            raise SystemExit(f"Solr did not come up: see {folder}/solr.log")
    if server.poll() is not None:
        raise SystemExit(f"Solr ended: {(folder / 'solr.log').read_text(errors='replace')[-2000:]}")
