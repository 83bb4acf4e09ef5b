"""Change one sentence until its page shows it: ``python -m bench.sentence FOLDER DOCUMENT``; prints JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from publishing.paper.watch import FOLDER, Watcher
from publishing.project.outputs import BUILD

SENTENCE = "A sentence that is new."


def main(folder: str, name: str) -> None:
    root = Path(folder).resolve()
    os.chdir(root)
    document = root / name
    page = root / BUILD / FOLDER / f"{document.stem}.html"
    seen: list[tuple[float, float]] = []

    def shown() -> None:
        if SENTENCE in page.read_text(encoding="utf-8"):
            seen.append((time.perf_counter(), _used()))

    watcher = Watcher(root, say=lambda line: None, shown=shown)
    try:
        watcher.update()
        text = document.read_text(encoding="utf-8")
        document.write_text(f"{text}\n{SENTENCE}\n", encoding="utf-8")
        before, started = _used(), time.perf_counter()
        watcher.update()
        # pages that only refer to this one follow
        wall, used = seen[0]
        print(json.dumps({"wall": wall - started, "cpu": used - before}))
    finally:
        watcher.close()


def _used() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main(*sys.argv[1:])
