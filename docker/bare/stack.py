"""PostgreSQL, Redis, Solr and the portal's own processes on one machine, supervised, below one folder.

The demo keeps them in ``var/``; tests start a second stack in a temporary folder on ports of its own.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
LOCALHOST = "127.0.0.1"
SERVERS = ("postgres", "redis-server", "java")  # names that a service's processes have for the kernel


class StackError(Exception):
    """Something the person at the keyboard can mend: what happened, and how to mend it (both Japanese)."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(f"✗ {what}\n  → {fix}")


_LOWEST, _PLACES = 20000, 2000
_looked = itertools.count()


@dataclass(frozen=True)
class Ports:
    """TCP ports on loopback, one per service."""

    web: int = 5000
    postgres: int = 15432
    redis: int = 16379
    solr: int = 18983
    sites: int = 15080
    mail: int = 15025

    @classmethod
    def from_environment(cls) -> Ports:
        """The usual ports, unless ``OSAKADX_WEB_PORT``, ``OSAKADX_POSTGRES_PORT`` … say otherwise."""
        given = {f.name: os.environ.get(f"OSAKADX_{f.name.upper()}_PORT", "") for f in fields(cls)}
        for name, value in given.items():
            if value and not (value.isdecimal() and 1 <= int(value) <= 65535):
                raise StackError(
                    f"OSAKADX_{name.upper()}_PORT の「{value}」はポート番号ではありません。",
                    "1 から 65535 までの数で、OSAKADX_WEB_PORT=5001 のように書いてください。",
                )
        return cls(**{name: int(value) for name, value in given.items() if value})

    @classmethod
    def free(cls) -> Ports:
        """Ports that nobody uses just now.

        They lie below those that a system gives to connections, and each process looks from another place, so that
        nobody takes one between this look and the start of its service.
        """
        width = len(fields(cls))
        for _ in range(_PLACES):
            first = _LOWEST + (os.getpid() * 37 + next(_looked)) % _PLACES * width
            if all(_is_free(port) for port in range(first, first + width)):
                return cls(*range(first, first + width))
        raise StackError("空いているポートがありません。", "使っていないサービスを止めてください。")


def _is_free(port: int) -> bool:
    with socket.socket() as listener, contextlib.suppress(OSError):
        listener.bind((LOCALHOST, port))
        return True
    return False


@dataclass(frozen=True)
class Program:
    """One supervised process."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    priority: int = 100
    stop_seconds: int = 30
    stop_signal: str = "TERM"


class Stack:
    """The services below ``root`` on ``ports``. Nothing outside ``root`` is written or stopped."""

    def __init__(self, root: Path, ports: Ports) -> None:
        self.root = root.resolve()
        self.ports = ports
        self.run = self.root / "run"
        self.log = self.root / "log"
        self.tmp = self.root / "tmp"
        self.secrets = self._secrets()

    # -- what the others need to know ------------------------------------------------------------------------------

    def database_url(self, database: str = "ckan", user: str = "ckan") -> str:
        """SQLAlchemy URL of a database of this stack."""
        return f"postgresql://{user}:{self.secrets[user]}@{LOCALHOST}:{self.ports.postgres}/{database}"

    @property
    def solr_url(self) -> str:
        return f"http://{LOCALHOST}:{self.ports.solr}/solr/ckan"

    @property
    def redis_url(self) -> str:
        return f"redis://{LOCALHOST}:{self.ports.redis}/0"

    @property
    def site_url(self) -> str:
        return f"http://localhost:{self.ports.web}"

    @property
    def ini(self) -> Path:
        return self.root / "ckan.ini"

    # -- once --------------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Create what the services need before their first start; what is there already is kept."""
        for folder in (
            self.run,
            self.log,
            self.tmp,
            self.root / "redis",
            self.root / "storage",
            self.root / "webassets",
        ):
            folder.mkdir(parents=True, exist_ok=True)
        self._prepare_postgres()
        self._prepare_solr()

    def _secrets(self) -> dict[str, str]:
        """Passwords and keys of this stack, made once, readable by its owner only."""
        path = self.root / "secrets.json"
        typed = ("admin", "officer")  # by people
        names = ("postgres", "ckan", "datastore_write", "datastore_read", "secret_key", "jwt", "supervisor", *typed)
        known: dict[str, str] = {}
        if path.exists():
            with contextlib.suppress(ValueError):
                known = json.loads(path.read_text())
        missing = [name for name in names if name not in known]
        if missing:
            known |= {name: secrets.token_urlsafe(12 if name in typed else 32) for name in missing}
            self.root.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            part.touch(mode=0o600)
            part.write_text(json.dumps(known, indent=1))
            part.replace(path)
        return known

    def _prepare_postgres(self) -> None:
        data = self.root / "postgres"
        if (data / "initialised").exists():
            return
        shutil.rmtree(data, ignore_errors=True)  # a half-made cluster of an interrupted run
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(data, "postgres", "postgres")
        with tempfile.NamedTemporaryFile("w", dir=self.run, suffix=".pw") as password:
            password.write(self.secrets["postgres"])
            password.flush()
            if os.geteuid() == 0:
                shutil.chown(password.name, "postgres")
            checked(
                [*as_database_owner(), str(postgres_bin("initdb")), "-D", str(data), "--locale=C.UTF-8", "-E", "UTF8",
                 "-U", "postgres", "-A", "scram-sha-256", "--pwfile", password.name],
                self.log / "initdb.log",
                StackError(
                    "データベースを作れませんでした。", f"空き容量を確かめてください(詳しくは {self.log}/initdb.log)。"
                ),
            )  # fmt: skip
        (data / "initialised").touch()

    def _prepare_solr(self) -> None:
        core = self.root / "solr" / "home" / "ckan"
        (core / "data").mkdir(parents=True, exist_ok=True)
        (core.parent / "solr.xml").write_text("<solr/>\n")
        (core / "core.properties").write_text("name=ckan\n")
        shutil.rmtree(core / "conf", ignore_errors=True)
        shutil.copytree(PROJECT / "docker" / "solr" / "conf", core / "conf")

    # -- programs ----------------------------------------------------------------------------------------------------

    def services(self) -> list[Program]:
        """The services that the portal stands on."""
        return [
            Program(
                "postgres",
                [*as_database_owner(), str(postgres_bin("postgres")), "-D", str(self.root / "postgres"),
                 "-p", str(self.ports.postgres), "-c", f"listen_addresses={LOCALHOST}",
                 "-c", "unix_socket_directories=", "-c", "max_connections=120", "-c", "shared_buffers=256MB",
                 "-c", "timezone=UTC", "-c", "log_timezone=Asia/Tokyo"],
                priority=10, stop_signal="INT",  # fast shutdown: open connections are ended, nothing is lost
            ),
            Program(
                "redis",
                [shutil.which("redis-server") or "/usr/bin/redis-server", "--port", str(self.ports.redis),
                 "--bind", LOCALHOST, "--dir", str(self.root / "redis"), "--daemonize", "no", "--save", "60", "1"],
                priority=10,
            ),
            Program("solr", self._solr_command(), priority=10),
        ]  # fmt: skip

    def _solr_command(self) -> list[str]:
        here = PROJECT / "docker" / "bare" / "solr"
        home = self.root / "solr" / "home"
        return [
            shutil.which("java") or "/usr/bin/java", "-Xms256m", "-Xmx512m", f"-Dsolr.solr.home={home}",
            f"-Dsolr.log.dir={self.log}", f"-Dsolr.install.dir={here}", f"-Djava.io.tmpdir={self.run}",
            "-cp", f"{PROJECT}/var/solr/lib/*", "org.eclipse.jetty.xml.XmlConfiguration", str(here / "jetty.xml"),
            f"jetty.port={self.ports.solr}", f"webapp={here / 'webapp'}",
        ]  # fmt: skip

    def portal(self) -> list[Program]:
        """The portal's own processes: web, worker, scheduler."""
        environment = {
            "CKAN_INI": str(self.ini), "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1", "TMPDIR": str(self.tmp),
        }  # fmt: skip
        ckan = [str(BIN / "ckan"), "-c", str(self.ini)]
        return [
            Program(
                "web",
                [str(BIN / "gunicorn"), "--config", str(PROJECT / "docker" / "gunicorn.conf.py"),
                 "--bind", f"{LOCALHOST}:{self.ports.web}", "--workers", "2", "--threads", "4",
                 "--timeout", "120", "--graceful-timeout", "20", "--chdir", str(PROJECT / "docker"),
                 "--worker-tmp-dir", str(self.run), "wsgi:application"],
                environment, priority=50,
            ),
            Program(
                "worker", [*ckan, "osakadx-queue", "worker", "--concurrency", "2"],
                environment, priority=60, stop_seconds=40,
            ),
            Program("scheduler", [*ckan, "osakadx-queue", "scheduler"], environment, priority=60),
        ]  # fmt: skip

    def sites(self) -> Program:
        """The demo's publishers: real files behind a real web server on loopback."""
        script = PROJECT / "docker" / "bare" / "sites.py"
        return Program("sites", [sys.executable, str(script), "--port", str(self.ports.sites)], priority=20)

    def mailbox(self) -> Program:
        """The demo's mail server on loopback: it takes every mail and passes none on, but keeps it in a folder."""
        return Program(
            "mail",
            [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"{LOCALHOST}:{self.ports.mail}",
             "-c", "aiosmtpd.handlers.Mailbox", str(self.root / "mail")],
            priority=20,
        )  # fmt: skip

    # -- start, stop, look -------------------------------------------------------------------------------------------

    def start(self, programs: Sequence[Program]) -> None:
        """Start these programs (or restart those whose command changed) and return once supervisor has them."""
        known = self._write_supervisor_conf(programs)
        if self._supervisor_alive():
            self.control("reread")
            self.control("update")
            for name in known:
                self.control("start", name)
            return
        for program in programs:
            self._refuse_foreign_listener(program.name)
        self._end_orphans()
        checked(
            [str(BIN / "supervisord"), "-c", str(self._supervisor_conf)],
            self.log / "supervisord.log",
            StackError("サービスを起動できませんでした。", f"詳しくは {self.log}/supervisord.log を見てください。"),
        )

    def check_ports(self) -> None:
        """Refuse to begin while another program listens where one of ours would, before anything is started.

        Raises:
            StackError: names the port and how to choose another one.
        """
        running = {line.split()[0] for line in self.status().splitlines() if "RUNNING" in line or "STARTING" in line}
        for name in (port.name for port in fields(self.ports)):
            if name not in running:
                self._refuse_foreign_listener(name, end_orphans=not running)

    def is_up(self) -> bool:
        """Whether the portal itself runs, and not only its services."""
        return any(line.split()[:2] == ["web", "RUNNING"] for line in self.status().splitlines())

    def restart(self, programs: Sequence[Program]) -> None:
        """Restart programs that run, so that they work with what is on disk now."""
        self.control("restart", *(program.name for program in programs))

    def stop(self) -> None:
        """Stop everything this stack started, and wait for it."""
        if not self._supervisor_alive():
            self._end_orphans()
            return
        self.control("shutdown")
        wait_until(
            lambda: not self._supervisor_alive(),
            60,
            StackError("停止に時間がかかっています。", "make status で確かめてください。"),
        )
        self._end_orphans()

    def status(self) -> str:
        """What supervisor says of each program, one line each; empty when nothing runs."""
        return self.control("status").strip() if self._supervisor_alive() else ""

    def control(self, *words: str) -> str:
        """Run one supervisorctl command and return what it printed."""
        return subprocess.run(
            [BIN / "supervisorctl", "-c", self._supervisor_conf, *words], capture_output=True, text=True, check=False
        ).stdout

    def wait_for_services(self) -> None:
        """Block until PostgreSQL, Redis and Solr answer."""
        wait_until(lambda: self._psql("SELECT 1", quiet=True), 60, self._silent("PostgreSQL", "postgres"))
        wait_until(lambda: answers_redis(self.ports.redis), 30, self._silent("Redis", "redis"))
        wait_until(lambda: answers(f"{self.solr_url}/admin/ping?wt=json"), 90, self._silent("Solr", "solr"))

    def wait_for_web(self) -> None:
        """Block until the portal answers its status action."""
        url = f"http://{LOCALHOST}:{self.ports.web}/api/3/action/status_show"
        wait_until(lambda: answers(url), 120, self._silent("ポータル", "web"))

    def create_databases(self) -> None:
        """Create the portal's databases and roles; what is there is kept."""
        roles = ("ckan", "datastore_write", "datastore_read")
        for role in roles:
            # Names are ours and the password is token_urlsafe: neither can hold a quote.
            self._psql(
                f"DO $$BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END$$; "
                f"ALTER ROLE {role} PASSWORD '{self.secrets[role]}'"
            )
        for database, owner in (("ckan", "ckan"), ("datastore", "datastore_write")):
            if not self._psql(f"SELECT 1 FROM pg_database WHERE datname = '{database}'"):
                self._psql(f"CREATE DATABASE {database} OWNER {owner}")

    def psql(self, script: str, database: str) -> str:
        """Run an SQL script as the cluster's owner and return what it printed."""
        return self._psql(script, database=database)

    # -- inside ------------------------------------------------------------------------------------------------------

    @property
    def _supervisor_conf(self) -> Path:
        return self.run / "supervisord.conf"

    @property
    def _supervisor_socket(self) -> str:
        path = str(self.run / "supervisor.sock")
        if len(path) < 100:  # a Unix socket's path holds 107 bytes
            return path
        return f"{tempfile.gettempdir()}/osakadx-{hashlib.sha256(path.encode()).hexdigest()[:16]}.sock"

    def _write_supervisor_conf(self, programs: Sequence[Program]) -> list[str]:
        lines = [
            "[unix_http_server]", f"file={self._supervisor_socket}", "chmod=0700", "",
            "[supervisord]", f"logfile={self.log}/supervisord.log", f"pidfile={self.run}/supervisord.pid",
            f"childlogdir={self.log}", "minfds=4096", "",
            "[rpcinterface:supervisor]",
            "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface", "",
            "[supervisorctl]", f"serverurl=unix://{self._supervisor_socket}", "",
        ]  # fmt: skip
        if os.geteuid() == 0:
            lines.insert(6, "user=root")
        for program in programs:
            marked = {"OSAKADX_STACK": str(self.root), **program.environment}
            environment = ",".join(f'{key}="{value}"' for key, value in marked.items())
            lines += [
                f"[program:{program.name}]", f"command={' '.join(map(quoted, program.command))}",
                f"environment={environment}", f"directory={self.root}", f"priority={program.priority}",
                f"stdout_logfile={self.log}/{program.name}.log", "redirect_stderr=true", "stdout_logfile_maxbytes=10MB",
                "autorestart=true", "startsecs=2", "startretries=5", f"stopsignal={program.stop_signal}",
                f"stopwaitsecs={program.stop_seconds}", "stopasgroup=false", "killasgroup=true", "",
            ]  # fmt: skip
        self._supervisor_conf.write_text("\n".join(lines), encoding="utf-8")
        return [program.name for program in programs]

    def _supervisor_alive(self) -> bool:
        try:
            pid = int((self.run / "supervisord.pid").read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return False
        return str(self._supervisor_conf).encode() in command

    def _end_orphans(self) -> None:
        """End what a killed supervisor left running: this stack's processes, no others."""
        for signal in ("-INT", "-KILL"):
            left = [pid for pid in process_ids() if self._is_ours(pid)]
            for pid in left:
                subprocess.run(["kill", signal, str(pid)], check=False, capture_output=True)
            deadline = time.monotonic() + 20
            while any(Path(f"/proc/{pid}").exists() for pid in left) and time.monotonic() < deadline:
                time.sleep(0.2)
        with contextlib.suppress(OSError):
            (self.root / "postgres" / "postmaster.pid").unlink()

    def _is_ours(self, pid: int) -> bool:
        """Whether a process carries this stack's mark, or is a server that works in its folder.

        PostgreSQL and Redis write their title over their environment, so the mark is gone from theirs.
        """
        process = Path(f"/proc/{pid}")
        try:
            if f"OSAKADX_STACK={self.root}".encode() in (process / "environ").read_bytes().split(b"\0"):
                return True
            name = (process / "comm").read_text().strip()
            return name in SERVERS and (process / "cwd").readlink().is_relative_to(self.root)
        except OSError:
            return False

    def _refuse_foreign_listener(self, name: str, *, end_orphans: bool = True) -> None:
        port = getattr(self.ports, name, None)
        if port is None:
            return
        if end_orphans:
            self._end_orphans()
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOCALHOST, port))
            except OSError:
                raise StackError(
                    f"ポート {port} は別のプログラムが使っています({name})。",
                    f"そのプログラムを止めるか、OSAKADX_{name.upper()}_PORT=別の番号 を付けて実行してください。",
                ) from None

    def _psql(self, script: str, database: str = "postgres", quiet: bool = False) -> str:
        done = subprocess.run(
            [postgres_bin("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", LOCALHOST,
             "-p", str(self.ports.postgres), "-U", "postgres", "-d", database, "-f", "-"],
            input=script, capture_output=True, text=True, check=False,
            env={**os.environ, "PGPASSWORD": self.secrets["postgres"], "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        if done.returncode and not quiet:
            raise StackError("データベースの準備に失敗しました。", done.stderr.strip()[-500:])
        return done.stdout.strip()

    def _silent(self, title: str, name: str) -> StackError:
        return StackError(f"{title} が起動しません。", f"{self.log}/{name}.log を見てください。")


def as_database_owner() -> list[str]:
    """Words to put before a PostgreSQL command: it refuses to run as root.

    The capability lets the user `postgres` pass through folders above the data directory (a clone below /root or
    in a private temporary folder) without opening them to anybody.
    """
    if os.geteuid() != 0:
        return []
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        raise StackError(
            "利用者 postgres がありません。", "apt-get install postgresql を実行してから、もう一度試してください。"
        ) from None
    return ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups",
            "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]  # fmt: skip


def postgres_bin(name: str) -> Path:
    """Path of a PostgreSQL program of the newest version installed by Debian."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    if not found:
        raise StackError("PostgreSQL がありません。", "make demo か make test から始めると入ります。")
    return found[-1]


def quoted(word: str) -> str:
    """One word of a supervisor command line."""
    word = word.replace("%", "%%")
    return f'"{word}"' if any(sign in word for sign in " ;\"'") else word


def checked(command: Sequence[str], log: Path, error: StackError) -> None:
    """Run a command with its output appended to a log; raise the given error when it fails."""
    with log.open("ab") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False, cwd="/")
    if done.returncode:
        raise error


def wait_until(ready: Callable[[], object], seconds: float, error: StackError) -> None:
    """Ask again and again until something is true; raise the given error when time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise error
        time.sleep(0.3)


def answers(url: str) -> bool:
    """Whether a GET answers with status 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - loopback addresses of our own
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def answers_redis(port: int) -> bool:
    """Whether Redis answers PING."""
    try:
        with socket.create_connection((LOCALHOST, port), 2) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def process_ids() -> list[int]:
    """Every process but our own."""
    return [
        int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and int(entry.name) != os.getpid()
    ]
