"""Change one sentence and see its page: ``python -m bench.sentence FOLDER DOCUMENT``; prints seconds as JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from publishing.paper.watch import Watcher


def main(folder: str, name: str) -> None:
    root = Path(folder).resolve()
    os.chdir(root)
    watcher = Watcher(root, say=lambda line: None)
    try:
        watcher.update()
        document = root / name
        text = document.read_text(encoding="utf-8")
        document.write_text(f"{text}\nA sentence that is new.\n", encoding="utf-8")
        before, started = _used(), time.perf_counter()
        watcher.update()
        print(json.dumps({"wall": time.perf_counter() - started, "cpu": _used() - before}))
    finally:
        watcher.close()


def _used() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main(*sys.argv[1:])
