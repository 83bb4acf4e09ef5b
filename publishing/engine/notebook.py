"""Documents run once each: cells by nbclient, inline expressions as the kernel's user expressions.

The kernel is this interpreter with the project's folder as working directory, so ``import analysis`` works and no
kernel needs to be registered. Every figure is captured as SVG and as PNG of 300 dpi in the same run.
"""

from __future__ import annotations

import asyncio
import builtins
import os
import re
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from publishing.project.configuration import DEFAULT_FIGURE_SIZE
from publishing.project.document import Cell, Document, Executed, Inline, Markdown
from publishing.project.errors import PublishingError
from publishing.project.lean_imports import without
from publishing.verify import log as printing_log
from publishing.verify.contract import FOLDER, KEEP_GOING, VARIABLE

# jsonschema, which nbformat asks, builds a grammar of web addresses (1 to 2 s)
with without("rfc3987_syntax"):
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError
    from nbformat import NotebookNode
    from nbformat.v4 import new_code_cell, new_notebook, new_output

MimeBundle = Mapping[str, Any]
RASTER_DPI = 300

# Same inputs, same bytes: nobody's matplotlibrc counts, element ids of an SVG are salted hashes, and its date comes
# from SOURCE_DATE_EPOCH.
_SET_UP = """
import matplotlib
from matplotlib_inline.backend_inline import set_matplotlib_formats
matplotlib.rcdefaults()
matplotlib.rcParams.update({{
    "figure.figsize": ({width}, {height}),
    "savefig.dpi": "figure",
    "svg.hashsalt": "{salt}",
}})
set_matplotlib_formats("svg", "png", dpi={dpi})
del matplotlib, set_matplotlib_formats
"""
_FIGURE_SIZE = 'import matplotlib as _m; _m.rcParams["figure.figsize"] = ({width}, {height}); del _m'
#: Markdown, or a string as Python writes it, in whose place Quarto leaves the expression
_NO_TEXT = ("", "''", '""')
# Sockets in the file system where there are any: nothing listens on the network.
_TRANSPORT = "tcp" if sys.platform == "win32" else "ipc"
#: seconds in which the processes of documents have to end when the program is interrupted
_PATIENCE = 20.0
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_CELL_FRAME = re.compile(r"Cell In\s?\[(\d+)\], line (\d+)")


class _ThisInterpreter(KernelSpecManager):
    """The one kernel there is: whatever Python runs this module, whatever kernels the machine has registered."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        # The history database would be the only file a run leaves behind.
        arguments = ["-m", "ipykernel_launcher", "--HistoryManager.enabled=False", "-f", "{connection_file}"]
        return KernelSpec(argv=[sys.executable, *arguments], display_name="Python", language="python")


@dataclass(frozen=True, slots=True)
class Run:
    """What a document is run with: folder, execution defaults, date, default size (inches) and dpi of figures.

    With ``keep_going`` an expression or a cell that fails stands in the text as its failure. A cell that shows
    nothing makes names for the others, so its failure ends the run as ever.
    """

    root: Path
    execute: Mapping[str, Any]
    epoch: int
    figure_size: tuple[float, float] = DEFAULT_FIGURE_SIZE
    dpi: float = RASTER_DPI
    keep_going: bool = False


def execute_all(jobs: Iterable[tuple[Document, Run]]) -> list[Executed]:
    """Run all documents at the same time, each in a kernel of its own.

    Raises :class:`PublishingError` naming document and line with the exception's own message when a cell or an inline
    expression fails; the first failure ends the other runs.
    """

    async def together() -> list[Executed]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_execute(document, run)) for document, run in jobs]
        return [task.result() for task in tasks]

    try:
        return _in_a_thread(together())
    except BaseExceptionGroup as failures:
        first = failures.exceptions[0]
        raise first from first.__cause__


def _in_a_thread(work: Coroutine[Any, Any, list[Executed]]) -> list[Executed]:
    """The result of ``work``, which is cancelled, so that its kernels end, when the main thread is interrupted.

    In the main thread the client of a kernel would take the handlers of signals for itself.
    """
    loop = asyncio.new_event_loop()
    task = loop.create_task(work)
    done: Future[None] = Future()

    def turn() -> None:
        try:
            asyncio.set_event_loop(loop)
            with suppress(BaseException):
                loop.run_until_complete(task)
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()
            done.set_result(None)

    threading.Thread(target=turn, name="documents", daemon=True).start()
    try:
        done.result()
    except KeyboardInterrupt:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(task.cancel)
        with suppress(TimeoutError):
            done.result(_PATIENCE)
        raise
    return task.result()


async def _execute(document: Document, run: Run) -> Executed:
    if not document.cells:
        return Executed(document, tuple(() for _ in document.blocks))
    failures: list[PublishingError] = []
    async with kernel(document, run) as client:
        results = await _run_blocks(client, document, client.nb.cells, run, failures)
        printing_log.end(run.root, document.name)
        return Executed(document, results, tuple(failures))


@asynccontextmanager
async def kernel(document: Document, run: Run, **variables: str) -> AsyncIterator[NotebookClient]:
    """A kernel for ``document``, set up for its figures; it ends with the block.

    ``variables`` are set in its environment. Raises :class:`PublishingError` when it dies within the block.
    """
    cells = [new_code_cell(cell.source) for cell in document.cells]
    # The path of a socket may have about a hundred characters, so it can't be below the project's folder.
    with tempfile.TemporaryDirectory(prefix="kernel-") as sockets, (Path(sockets) / "log").open("w+") as log:
        manager = AsyncKernelManager(
            kernel_spec_manager=_ThisInterpreter(),
            kernel_name="python3",
            transport=_TRANSPORT,
            connection_file=str(Path(sockets) / "kernel.json"),
        )
        client = NotebookClient(
            new_notebook(cells=cells),
            km=manager,
            timeout=None,
            record_timing=False,
            coalesce_streams=True,
            shutdown_kernel="immediate",
        )
        environment = _environment(run, Path(sockets)) | variables
        try:
            # a client ends only a kernel whose manager it made itself, unless it is told to
            async with client.async_setup_kernel(cleanup_kc=True, cwd=str(run.root), env=environment, stderr=log):
                width, height = run.figure_size
                await _quietly(client, _SET_UP.format(width=width, height=height, salt=document.name, dpi=run.dpi))
                yield client
        except (DeadKernelError, RuntimeError) as error:
            log.seek(0)
            last = log.read().strip().split("\n")[-1]
            raise document.error(
                f"the Python process that runs the document died. {last}",
                None,
                "look for a crash or lack of memory.",
            ) from error


async def _run_blocks(
    client: NotebookClient,
    document: Document,
    nodes: list[NotebookNode],
    run: Run,
    failures: list[PublishingError],
) -> tuple[tuple[Any, ...], ...]:
    results: list[tuple[Any, ...]] = []
    index = 0
    for block in document.blocks:
        if isinstance(block, Markdown):
            results.append(await evaluate(client, document, block, run, failures))
        else:
            results.append(await run_cell(client, document, block, nodes, index, run, failures))
            index += 1
    return tuple(results)


def _environment(run: Run, folder: Path) -> dict[str, str]:
    return os.environ | {
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(run.epoch),
        # Documents log what they print, for the ledger and for the appendix in one of them.
        VARIABLE: str(run.root / FOLDER),
        KEEP_GOING: "yes" if run.keep_going else "",
        # A personal start-up script or profile must not reach into the paper.
        "IPYTHONDIR": str(folder / "ipython"),
    }


async def _quietly(client: NotebookClient, code: str) -> None:
    content = await _ask(client, code)
    if content["status"] != "ok":
        raise PublishingError(f"the kernel could not be set up ({content['ename']}: {content['evalue']}).")


async def _ask(client: NotebookClient, code: str, expressions: Mapping[str, str] | None = None) -> Any:
    """Run code that leaves no trace in the history; the content of the kernel's reply."""
    assert client.kc is not None
    message = client.kc.execute(code, silent=True, store_history=False, user_expressions=dict(expressions or {}))
    reply = await client.async_wait_for_reply(message)
    assert reply is not None
    return reply["content"]


async def run_cell(
    client: NotebookClient,
    document: Document,
    cell: Cell,
    nodes: list[NotebookNode],
    index: int,
    run: Run,
    failures: list[PublishingError],
) -> tuple[Any, ...]:
    """Run the cell ``index`` of the document, whose nodes are ``nodes``; its outputs as notebooks have them."""
    node = nodes[index]
    if not option(cell, run.execute, "eval"):
        return ()
    sized = "fig-width" in cell.options or "fig-height" in cell.options
    if sized:
        await _quietly(client, _size(cell.options, run.figure_size))
    client.allow_errors = option(cell, run.execute, "error")
    try:
        await client.async_execute_cell(node, index)
    except CellExecutionError as error:
        failure = _cell_failure(document, nodes, index, error)
        if not run.keep_going or not option(cell, run.execute, "include"):
            raise failure from error
        failures.append(failure)
        node.outputs = [new_output("display_data", data=_failed(failure))]
    if sized:
        await _quietly(client, _size({}, run.figure_size))
    return tuple(node.outputs)


def _size(options: Mapping[str, Any], default: tuple[float, float]) -> str:
    return _FIGURE_SIZE.format(
        width=options.get("fig-width", default[0]), height=options.get("fig-height", default[1])
    )


def _failed(failure: PublishingError) -> dict[str, str]:
    """What stands in the place of something that failed: its failure, with nothing in it read as markup."""
    words = re.sub(r"([^\w\s])", r"\\\1", f"[{failure.message}]")
    return {"text/markdown": f"**{words}**", "text/plain": failure.message}


async def evaluate(
    client: NotebookClient, document: Document, block: Markdown, run: Run, failures: list[PublishingError]
) -> tuple[MimeBundle, ...]:
    """All expressions of a block together, after the cells above it and before those below, as Quarto does."""
    if not block.inlines:
        return ()
    expressions = {str(index): inline.expression for index, inline in enumerate(block.inlines)}
    values = (await _ask(client, "", expressions))["user_expressions"]
    for index, inline in enumerate(block.inlines):
        failure = _failure_of(document, inline, values[str(index)])
        if failure is None:
            continue
        if not run.keep_going:
            raise failure
        failures.append(failure)
        values[str(index)] = {"data": _failed(failure)}
    return tuple(values[str(index)]["data"] for index in range(len(block.inlines)))


def _failure_of(document: Document, inline: Inline, value: Mapping[str, Any]) -> PublishingError | None:
    """What is wrong with an expression's value, or None: it failed, or Quarto would print its code."""
    if value["status"] != "ok":
        return document.error(
            f"`{inline.expression}` failed with {value['ename']}: {_sentence(value['evalue'])}",
            inline.line,
            _remedy(value["ename"], "correct the expression, or define its names in a cell above this paragraph."),
        )
    if value["data"].get("text/markdown", value["data"].get("text/plain")) in _NO_TEXT:
        return document.error(
            f"`{inline.expression}` prints nothing, and Quarto prints the code of an expression without text.",
            inline.line,
            "give an object whose _repr_markdown_ is '[]{}', an empty span, where there is nothing to say.",
        )
    return None


def _cell_failure(
    document: Document, nodes: list[NotebookNode], index: int, error: CellExecutionError
) -> PublishingError:
    """The failure at the deepest line of the document's own code: maybe of a function in an earlier cell."""
    trace: list[str] = next(
        (output.traceback for output in nodes[index].outputs if output.output_type == "error"), []
    )
    cell, within = document.cells[index], 1
    counted = {node.execution_count: position for position, node in enumerate(nodes[: index + 1])}
    for count, line in _CELL_FRAME.findall(_ANSI.sub("", "\n".join(trace))):
        if int(count) in counted:
            cell, within = document.cells[counted[int(count)]], int(line)
    statement = cell.source.split("\n")[within - 1].strip()
    return document.error(
        f"`{statement}` failed with {error.ename}: {_sentence(_ANSI.sub('', error.evalue))}",
        cell.line + within - 1,
        _remedy(error.ename, "correct the cell (--debug shows the whole traceback)."),
    )


def _remedy(kind: str, of_python: str) -> str:
    """What to do about a failure of that kind: for one of Python's own, ``of_python``.

    Any other was raised by code that speaks to people, and its words say what is to be done.
    """
    if hasattr(builtins, kind):
        return of_python
    return "do what the message says; --debug shows the whole traceback."


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def option(cell: Cell, defaults: Mapping[str, Any], name: str) -> Any:
    """A cell's option: its own, else the document's ``execute`` setting, else Quarto's default."""
    fallback = {"error": False}.get(name, True)
    return cell.options.get(name, defaults.get(name, fallback))
