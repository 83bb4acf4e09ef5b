"""Documents whose kernels stay: after a change only what depends on it runs again.

What that is, :mod:`publishing.engine.dependencies` tells. Where it can't, everything runs in a new kernel.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from publishing.engine import dependencies
from publishing.engine.notebook import Run, evaluate, kernel, run_cell
from publishing.project.document import Document, Executed, Markdown
from publishing.verify import log as printing_log
from publishing.verify.contract import FOLDER, VARIABLE

T = TypeVar("T")
#: seconds in which a kernel has to end
_PATIENCE = 10.0


class Loop:
    """One thread in which all kernels are spoken to."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="kernels", daemon=True).start()

    def result(self, work: Coroutine[Any, Any, T], patience: float | None = None) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(patience)


@dataclass(frozen=True, slots=True)
class Update:
    """A document as it runs now, with how many of its cells and expressions were run for that."""

    executed: Executed
    cells: int
    expressions: int


class Session:
    """A document and the kernel in which it ran; what it logs goes below ``folder``."""

    def __init__(self, loop: Loop, run: Run, folder: Path) -> None:
        self._loop, self._run, self._folder = loop, run, folder
        self._stack = AsyncExitStack()
        self._client: NotebookClient | None = None
        self._executed: Executed | None = None

    @property
    def run(self) -> Run:
        return self._run

    def update(self, document: Document) -> Update:
        """Run what the document as it is now needs. Raises :class:`PublishingError` as a render does.

        Where a cell fails, what was run before is forgotten; where an expression fails, it is kept.
        """
        return self._loop.result(self._update(document))

    def close(self) -> None:
        """End the kernel."""
        with suppress(TimeoutError):
            self._loop.result(self._end(), _PATIENCE)

    async def _update(self, document: Document) -> Update:
        before, client = self._executed, self._client
        plan = None if before is None else dependencies.compare(before.document, document)
        if plan is None or before is None or client is None:
            await self._end()
            plan, before = dependencies.everything(document), None
            printing_log.forget(self._folder, document.name)
            logs = {VARIABLE: str(self._folder / FOLDER)}
            client = await self._stack.enter_async_context(kernel(document, self._run, **logs))
            self._client = client
        if any(place is None for place in plan.cells.values()):
            self._executed = None
        update = await _run(client, document, self._run, before, plan)
        printing_log.end(self._folder, document.name)
        self._executed = update.executed
        return update

    async def _end(self) -> None:
        self._client, self._executed = None, None
        stack, self._stack = self._stack, AsyncExitStack()
        await stack.aclose()


async def _run(
    client: NotebookClient, document: Document, run: Run, before: Executed | None, plan: dependencies.Plan
) -> Update:
    old = () if before is None else before.results
    nodes = [new_code_cell(cell.source) for cell in document.cells]
    client.nb = new_notebook(cells=nodes)
    results: list[tuple[Any, ...]] = []
    index = cells = expressions = 0
    for position, block in enumerate(document.blocks):
        if isinstance(block, Markdown):
            places = plan.values[position]
            asked = tuple(one for one, place in zip(block.inlines, places, strict=True) if place is None)
            new = iter(await evaluate(client, document, Markdown(block.text, block.line, asked), run, []))
            results.append(tuple(next(new) if place is None else old[place[0]][place[1]] for place in places))
            expressions += len(asked)
            continue
        place = plan.cells[position]
        if place is None:
            results.append(await run_cell(client, document, block, nodes, index, run, []))
            cells += 1
        else:
            results.append(old[place])
        index += 1
    return Update(Executed(document, tuple(results)), cells, expressions)
