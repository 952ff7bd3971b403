"""CKAN's searches over kept connections, against a real HTTP server that answers as Solr does."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pysolr
import pytest
from ckan.common import config
from ckan.lib.search import common
from ckanext.osakadx import solr

ANSWER = b'{"responseHeader": {"status": 0}, "response": {"numFound": 0, "start": 0, "docs": []}}'


class Engine(BaseHTTPRequestHandler):
    """Counts connections; one that has served `patience` questions is closed without a word."""

    protocol_version = "HTTP/1.1"
    connections = 0
    patience = 1000

    def setup(self):
        type(self).connections += 1
        self.served = 0
        super().setup()

    def do_GET(self):
        if self.served == self.patience:
            self.close_connection = True
            return
        self.served += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def engine(monkeypatch):
    class Fresh(Engine):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Fresh)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/solr/ckan"
    config.update({"solr_url": address, "solr_user": None, "solr_password": None, "solr_timeout": 5})
    monkeypatch.setattr(common, "pysolr", solr.KEPT)
    solr._session.cache_clear()
    yield Fresh
    server.shutdown()
    server.server_close()


def ask():
    return common.make_connection().search(q="*:*").hits


def test_searches_share_a_connection(engine):
    assert [ask() for _ in range(5)] == [0] * 5
    assert engine.connections == 1


def test_stock_opens_one_for_each(engine, monkeypatch):
    monkeypatch.setattr(common, "pysolr", pysolr)
    assert [ask() for _ in range(3)] == [0] * 3
    assert engine.connections == 3


def test_threads_have_connections_of_their_own(engine):
    together = threading.Barrier(3)  # a thread that has ended leaves its number to the next

    def ask_together():
        together.wait(10)
        ask()
        together.wait(10)

    threads = [threading.Thread(target=ask_together) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert engine.connections == 3


def test_a_connection_closed_in_the_same_instant_is_no_error(engine):
    engine.patience = 1
    assert [ask() for _ in range(4)] == [0] * 4
