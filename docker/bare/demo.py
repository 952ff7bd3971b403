"""The verbs of the Makefile that start, stop and look at the portal on one machine.

python docker/bare/demo.py demo | up | down | status | clean
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from configure import write_ini
from stack import BIN, PROJECT, Ports, Stack, StackError

DEMO_SOURCES = PROJECT / "tests" / "fixtures" / "sites" / "sources.yaml"
# The demo asks its own publishers and nobody else, whatever addresses their data sets name.
DEMO_OPTIONS = """ckanext.osakadx.fetch.allow_hosts = 127.0.0.1:{0}
ckanext.osakadx.fetch.only_hosts = 127.0.0.1:{0}"""
# Its mails go to the mailbox on loopback, each at once.
MAIL_OPTIONS = """
smtp.server = 127.0.0.1:{0}
smtp.mail_from = catalog@demo.example.jp
smtp.starttls = False
ckanext.osakadx.mails.gather_minutes = 0"""
# Somebody to whom the demo's mails go, and as whom a publisher's side can be looked at; 271004 is 大阪市.
OFFICER = ("tantou", "tantou@demo.example.jp", "271004")
VAR = Path(os.environ.get("OSAKADX_VAR") or PROJECT / "var")


def main(verb: str) -> None:
    """Run one verb."""
    stack = Stack(VAR, Ports.from_environment())
    {"demo": demo, "up": up, "down": down, "status": status, "clean": clean, "needed": needed}[verb](stack)


def demo(stack: Stack) -> None:
    """From whatever state the machine is in to a portal that has harvested the demo's real files."""
    began = time.monotonic()
    up(stack, demo=True)
    step("収集元を登録しています")
    base = f"http://127.0.0.1:{stack.ports.sites}"
    ckan(stack, "osakadx-harvest", "sources", str(DEMO_SOURCES), "--base", base, "--enable")
    step("データを集めています")
    ckan(stack, "osakadx-harvest", "run", "--all", "--wait", good=(0, 1))
    step("ファイルを読み、表を入れ、採点しています")
    ckan(stack, "osakadx-queue", "wait")
    step("お願いのメールを手元の受信箱に送っています")
    ckan(stack, "osakadx", "officer", *OFFICER)
    ckan(stack, "osakadx-mails", "digest")
    ckan(stack, "osakadx-mails", "send")
    ckan(stack, "osakadx", "status", "--file", str(stack.root / "demo.json"))
    facts = json.loads((stack.root / "demo.json").read_text(encoding="utf-8"))
    print(
        f"""
できました({time.monotonic() - began:.0f} 秒)。

  ポータル    {stack.site_url}
  管理者      利用者名 admin  パスワード {stack.secrets["admin"]}
  担当者      利用者名 {OFFICER[0]}  パスワード {stack.secrets["officer"]}(大阪市の編集者)
  データ      {facts["datasets"]} データセット、{facts["tables"]} 表、{facts["sources"]} 収集元

  見てみる    {stack.site_url}/dataset/?q=避難所
              {stack.site_url}/harvest
              curl '{stack.site_url}/api/3/action/package_search?q=避難所'
  メール      {stack.root}/mail/new/(外へは送らず、ここに届きます)
  止める      make down     もう一度  make demo     全部消す  make clean
"""
    )


def up(stack: Stack, demo: bool = False) -> None:
    """Start the services and the portal, set up as far as needed."""
    step("サービスを起動しています(PostgreSQL、Redis、Solr)")
    stack.check_ports()
    stack.prepare()
    configure(stack, demo)
    sites = [stack.sites(), stack.mailbox()] if demo or (stack.root / "demo.json").exists() else []
    was_up = stack.is_up()  # then it goes on answering while the rest is looked after
    stack.start([*stack.services(), *sites, *(stack.portal() if was_up else ())])
    stack.wait_for_services()
    step("データベースと設定を整えています")
    stack.create_databases()
    ckan(stack, "osakadx", "setup")
    step("ポータルを起動しています")
    if was_up:
        stack.restart(stack.portal())
    else:
        stack.start([*stack.services(), *sites, *stack.portal()])
    stack.wait_for_web()


def configure(stack: Stack, demo: bool, *, mailbox: bool = True) -> None:
    """Write this stack's ckan.ini; a demo without a mailbox sends no mails."""
    demo = demo or (stack.root / "demo.json").exists()
    mails = MAIL_OPTIONS.format(stack.ports.mail) if mailbox else ""
    write_ini(
        stack.ini,
        {
            "site_url": stack.site_url,
            "database_url": stack.database_url(),
            "datastore_write_url": stack.database_url("datastore", "datastore_write"),
            "datastore_read_url": stack.database_url("datastore", "datastore_read"),
            "redis_url": stack.redis_url,
            "redis_host": "127.0.0.1",
            "redis_port": str(stack.ports.redis),
            "solr_url": stack.solr_url,
            "storage_path": str(stack.root / "storage"),
            "webassets_path": str(stack.root / "webassets"),
            "secure_cookies": "false",  # plain HTTP on loopback
            "secret_key": stack.secrets["secret_key"],
            "jwt": stack.secrets["jwt"],
            "extra": DEMO_OPTIONS.format(stack.ports.sites) + mails if demo else "",
        },
    )


def ckan(stack: Stack, *words: str, good: Sequence[int] = (0,)) -> None:
    """Run CKAN's command line on this site and show what it prints; an exit code that is not good stops everything."""
    environment = {
        **os.environ, "LC_ALL": "C.UTF-8", "OSAKADX_ADMIN_PASSWORD": stack.secrets["admin"],
        "OSAKADX_OFFICER_PASSWORD": stack.secrets["officer"],
        "OSAKADX_DATASTORE_OWNER_URL": stack.database_url("datastore", "postgres"), "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(stack.tmp),
    }  # fmt: skip
    with (stack.log / "setup.log").open("ab") as log:
        done = subprocess.run([BIN / "ckan", "-c", stack.ini, *words], env=environment, stderr=log, check=False)
    if done.returncode not in good:
        raise StackError(f"「ckan {' '.join(words)}」が失敗しました。", f"{stack.log}/setup.log の最後を見てください。")


def down(stack: Stack) -> None:
    """Stop everything; data stay."""
    stack.stop()
    print(f"止めました。データは {stack.root}/ に残っています。")


def status(stack: Stack) -> None:
    """Say what runs."""
    print(stack.status() or "動いていません。make up か make demo で起動します。")


def needed(stack: Stack) -> None:
    """Stop with a hint where nothing runs: CKAN's command line has nobody to talk to."""
    if not stack.status():
        raise StackError("ポータルが動いていません。", "make up で起動してから、もう一度実行してください。")


def clean(stack: Stack) -> None:
    """Stop everything and remove all it wrote, but the downloaded jars."""
    stack.stop()
    for entry in stack.root.iterdir():
        if entry.name not in ("solr", "stamps"):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    shutil.rmtree(stack.root / "solr" / "home", ignore_errors=True)
    print("var/ を消しました(ダウンロード済みの部品は残しました)。")


def step(text: str, clock: Callable[[], float] = time.time) -> None:
    """Print one line of progress with the time of day."""
    print(f"{time.strftime('%H:%M:%S', time.localtime(clock()))}  {text}", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except StackError as error:
        sys.exit(f"\n{error}")
    except OSError as error:
        fix = {
            errno.ENOSPC: "空き容量を増やしてから、もう一度実行してください。続きから始めます。",
            errno.EACCES: "このフォルダーに書き込める利用者で実行してください。",
            errno.EROFS: "書き込めるフォルダーに置くか、OSAKADX_VAR=書き込めるフォルダー を付けて実行してください。",
        }.get(error.errno or 0, "もう一度実行してください。続きから始めます。")
        sys.exit(f"\n✗ {error.filename or VAR} に書けませんでした({error.strerror})。\n  → {fix}")
    except KeyboardInterrupt:
        sys.exit("\n中断しました。もう一度実行すると続きから始めます。")
