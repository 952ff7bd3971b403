"""Starts web and worker from the built image against the running bare services, looks whether they work, ends them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stack import LOCALHOST, PROJECT, Ports, Stack, StackError, answers, wait_until


@contextmanager
def container(image: str, stack: Stack, port: int, command: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """One process from the image, with the environment that compose.yaml would give it."""
    name = subprocess.run(["buildah", "from", image], capture_output=True, text=True, check=True).stdout.strip()
    environment = {
        "OSAKADX_SITE_URL": stack.site_url,
        "OSAKADX_DATABASE_URL": stack.database_url(),
        "OSAKADX_DATASTORE_WRITE_URL": stack.database_url("datastore", "datastore_write"),
        "OSAKADX_DATASTORE_READ_URL": stack.database_url("datastore", "datastore_read"),
        "OSAKADX_REDIS_URL": stack.redis_url,
        "OSAKADX_REDIS_HOST": LOCALHOST,
        "OSAKADX_REDIS_PORT": str(stack.ports.redis),
        "OSAKADX_SOLR_URL": stack.solr_url,
        "OSAKADX_SECRET_KEY": stack.secrets["secret_key"],
        "OSAKADX_JWT": stack.secrets["jwt"],
        "OSAKADX_SECURE_COOKIES": "false",
        "PORT": str(port),
    }
    words = ["buildah", "run", "--isolation", "chroot", "--network", "host"]
    for key, value in environment.items():
        words += ["--env", f"{key}={value}"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*words, name, "--", "/opt/osakadx/docker/entrypoint.sh", command], stdout=output, stderr=output
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
            subprocess.run(["buildah", "rm", name], capture_output=True, check=False)


def main(image: str) -> None:
    """Try web, then worker."""
    stack = Stack(PROJECT / "var", Ports.from_environment())
    port = Ports.free().web
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "image.log"
        silent = StackError("イメージの web が応答しません。", str(log))
        with container(image, stack, port, "web", log):
            try:
                wait_until(lambda: answers(f"http://{LOCALHOST}:{port}/api/3/action/status_show"), 90, silent)
                wait_until(lambda: answers(f"http://{LOCALHOST}:{port}/"), 30, silent)
            except StackError:
                print(log.read_text(errors="replace"))
                raise
        with container(image, stack, port, "worker", log):
            ready = b"Starting worker"
            try:
                wait_until(
                    lambda: ready in log.read_bytes(), 60, StackError("イメージの worker が始まりません。", str(log))
                )
            finally:
                print(log.read_text(errors="replace"))


if __name__ == "__main__":
    main(sys.argv[1])
