"""``python -m publishing watch``: pages made again whenever a document, the data or the configuration is saved.

Each document keeps its kernel (:mod:`publishing.engine.session`), so after a change of text nothing else runs. Where
data, configuration or code differ everything runs anew: digests decide, never times of change. Previews are HTML
without the traces that verification needs; what is published comes from a whole render.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from publishing.engine import builtin
from publishing.engine.plan import Plan
from publishing.engine.render import prepare
from publishing.engine.session import Loop, Session
from publishing.paper.server import News, Server
from publishing.project import freshness
from publishing.project.configuration import Project
from publishing.project.document import Document, Executed
from publishing.project.errors import PublishingError
from publishing.project.files import digest_of, digest_of_file
from publishing.project.outputs import BUILD, Stage, alone
from publishing.project.progress import Progress
from publishing.verify import cards, catalogue, elsewhere, sources

FOLDER = "watch"
FORMAT = "html"
#: seconds between two looks at the files
PAUSE = 0.3

State = tuple[tuple[str, int, int], ...]


class Watcher:
    """The pages of a project's documents, kept as the files are now.

    ``say`` gets a line for what was done, and ``shown`` is called for each page that is another than before.
    """

    def __init__(
        self,
        root: Path,
        chosen: Sequence[Path] = (),
        profile: str | None = None,
        say: Callable[[str], None] = print,
        shown: Callable[[], None] = lambda: None,
    ) -> None:
        self._root, self._chosen, self._profile, self._say, self._shown = root, chosen, profile, say, shown
        self.folder = root / BUILD / FOLDER
        # pages without what is put into them of results and of other pages
        self._raw = self.folder / "raw"
        self._raw.mkdir(parents=True, exist_ok=True)
        self._loop = Loop()
        self._sessions: dict[str, Session] = {}
        self._own: dict[str, str] = {}
        self._made: dict[str, str] = {}
        self._inputs: dict[str, str] = {}
        self._catalogue: catalogue.Catalogue | None = None
        self._executed: dict[str, Executed] = {}

    def update(self) -> list[str]:
        """Make the pages of what changed; their names. Raises :class:`PublishingError`.

        After a change of data, code, configuration or packages every document runs anew.
        """
        with alone(self._root):
            plan = Plan.of(
                self._root, self._chosen, "builtin", profile=self._profile, progress=Progress(io.StringIO())
            )
            project = plan.project
            if not project.keeps_ledger:
                raise PublishingError(
                    "the project does not say what its documents read, so no change could be seen.",
                    source=project.settings.source,
                    remedy="name the folders of data and code under 'ledger'.",
                )
            inputs = freshness.digests(project, plan.everything)
            # what the text of a document changes is told by its session, and below
            del inputs["documents"], inputs["files they name"]
            if inputs != self._inputs:
                self.close()
                self._inputs, self._catalogue = inputs, None
            own = {one.name: digest_of_file(one.path) for one in plan.everything}
            changed = [one for one in plan.documents if self._own.get(one.name) != own[one.name]]
            if changed or not self._made:
                self._own = {}
                prepare(project, plan.everything, changed or plan.documents)
                self._own = own
            named = self._named(plan)
            states = {
                one.name: f"{own[one.name]} {named} {_numbers_of_others(project, one)}" for one in plan.documents
            }
            waiting = [one for one in plan.documents if self._made.get(one.name) != states[one.name]]
            for document in waiting:
                self._made.pop(document.name, None)
            for document in waiting:
                self._make(plan, document)
                self._made[document.name] = states[document.name]
            others = [one for one in plan.documents if one not in waiting] if waiting else []
            return [page for one in (*waiting, *others) if (page := self._show(plan, one))]

    def _named(self, plan: Plan) -> str:
        """The digest of the files that configuration and documents name, but for the documents."""
        known = {document.path for document in plan.everything}
        paths = [path for path in freshness.files(plan.project, plan.everything) if path.is_file()]
        return digest_of(repr(sorted((str(path), digest_of_file(path)) for path in set(paths) - known)).encode())

    def close(self) -> None:
        """End all kernels."""
        sessions = list(self._sessions.values())
        self._sessions.clear()
        self._made.clear()
        for session in sessions:
            session.close()

    def _make(self, plan: Plan, document: Document) -> None:
        started = time.perf_counter()
        run = builtin.run_of(plan.project, document, plan.epoch)
        session = self._sessions.get(document.name)
        if session is None or session.run != run:
            if session is not None:
                session.close()
            session = self._sessions[document.name] = Session(self._loop, run, self.folder)
        asked = None if self._catalogue else catalogue.Asked(plan.project, "catalogue")
        update = session.update(document)
        stage = Stage(self._raw, self._raw)
        builtin.write_outputs(plan.project, [update.executed], stage, plan.epoch, Progress(io.StringIO()), [FORMAT])
        if asked is not None:
            self._catalogue = catalogue.of_json(asked.answer())
        self._executed[document.name] = update.executed
        seconds = time.perf_counter() - started
        ran = f"{update.cells} of {len(document.cells)} cells and {update.expressions} expressions run"
        self._say(f"  {document.name}.{FORMAT}: {ran}, {seconds:.1f} s")

    def _show(self, plan: Plan, document: Document) -> str:
        """Put the page of a document in its place, with what it shows of its numbers and of the other pages.

        The name of the page, "" where it is as it was.
        """
        assert self._catalogue is not None
        name = f"{document.name}.{FORMAT}"
        page, place = self.folder / f"new-{name}", self.folder / name
        shutil.copyfile(self._raw / name, page)
        elsewhere.embed([page], (self._raw, plan.project.output_dir), name)
        cards.embed(page, document.path.name, sources.sources(self._executed[document.name]), self._catalogue)
        cards.embed_figures(page, self._catalogue)
        is_same = place.is_file() and place.read_bytes() == page.read_bytes()
        page.replace(place)
        if is_same:
            return ""
        self._shown()
        return name


def _numbers_of_others(project: Project, document: Document) -> str:
    """The digest of what other documents number, to which this one may refer."""
    paths = sorted(path for path in project.registry_dir.glob("*.json") if path.stem != document.name)
    return digest_of(b"".join(path.read_bytes() for path in paths))


def watch(root: Path, chosen: Sequence[Path], profile: str | None, port: int) -> None:
    """Show the pages of the chosen documents (all when none is) on this machine, and follow every change, for ever.

    What can't be rendered is said in the terminal and on the pages, which stay as they were. Raises
    :class:`PublishingError` when the configuration can't be read at the start.
    """
    names = [document.name for document in Plan.of(root, chosen, "builtin", profile=profile).documents]
    news = News()
    watcher = Watcher(root, chosen, profile, shown=news.tell)
    server = Server(watcher.folder, news, port)
    for name in names:
        print(f"  {server.address(f'{name}.{FORMAT}')}", flush=True)
    print("  Pages follow every change that is saved; Ctrl-C ends this.", flush=True)
    try:
        for _ in changes(root):
            try:
                watcher.update()
                news.tell()
            except PublishingError as error:
                print(f"Error: {error}", file=sys.stderr, flush=True)
                news.tell(str(error))
    finally:
        server.close()
        watcher.close()


def changes(root: Path) -> Iterator[None]:
    """At once, and again whenever a file of the project got another size or time; what is made does not count."""
    before: State | None = None
    while True:
        now = _state(root)
        if now != before:
            before = now
            yield
        time.sleep(PAUSE)


def _state(root: Path) -> State:
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(one for one in folders if not one.startswith((".", "_")))
        for name in sorted(files):
            path = os.path.join(folder, name)
            with suppress(OSError):
                state = os.stat(path)
                found.append((path, state.st_size, state.st_mtime_ns))
    return tuple(found)
