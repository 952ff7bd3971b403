"""What the tests of nurseries have their children do."""

import os
import subprocess
import sys
import time
from pathlib import Path

loaded = os.getpid()
made_ready: list[int] = []


def ready():
    """Called once for all children."""
    print("loading …")
    made_ready.append(os.getpid())


def tell(request):
    """Write down who and where the child is."""
    Path(request["folder"], "said").write_text(
        f"{os.getpid()} {os.getppid()} {loaded} {made_ready} {request.get('word', '')}"
    )
    return 0


def surroundings(request):
    open_files = [path for path in Path("/proc/self/fd").iterdir() if int(path.name) > 2]
    sys.stdin.read()
    print("0")  # no answer of the nursery
    Path(request["folder"], "said").write_text(f"{sorted(os.environ)} {len(open_files)}")
    return 7


def fail(request):
    raise ValueError("こわれています")


def hang(request):
    child = subprocess.Popen(["/bin/sleep", "600"])
    Path(request["folder"], "said").write_text(f"{os.getpid()} {child.pid}")
    time.sleep(600)


def kill_the_nursery(request):
    os.kill(os.getppid(), 9)
    time.sleep(0.2)
    return 0
