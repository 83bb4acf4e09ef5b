"""A document whose kernel stays gives, after every change, what a run from its beginning gives."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from publishing.engine.dependencies import compare, uses_of
from publishing.engine.notebook import Run
from publishing.engine.session import Loop, Session
from publishing.project.document import Document, Markdown, read_document
from publishing.project.errors import PublishingError

FIRST = ["a = 1\nb = 2", "c = a + b", "str(c)", "d = [a]", "d.append(b)\nlen(d)"]
TEXT = "A `{python} a` and C `{python} c` and B `{python} b`."


def document(folder: Path, parts: list[str]) -> Document:
    """A document of ``parts``: text where there is an expression, cells elsewhere."""
    body = "\n\n".join(one if "`{python}" in one else f"```{{python}}\n{one}\n```" for one in parts)
    path = folder / "paper.qmd"
    path.write_text(f"---\ntitle: T\n---\n\n{body}\n", encoding="utf-8")
    return read_document(path)


def from_the_beginning(one: Document) -> list[str]:
    names: dict[str, Any] = {}
    shown = []
    for block in one.blocks:
        if isinstance(block, Markdown):
            shown += [repr(eval(inline.expression, names)) for inline in block.inlines]
        else:
            exec(block.code, names)
    return shown


@pytest.fixture(scope="module")
def loop() -> Loop:
    return Loop()


@pytest.fixture
def session(loop: Loop, tmp_path: Path) -> Iterator[Session]:
    one = Session(loop, Run(tmp_path, {}, 0), tmp_path)
    yield one
    one.close()


def shown_by(session: Session, one: Document) -> tuple[list[str], int, int]:
    update = session.update(one)
    shown = [
        bundle["text/plain"]
        for block, results in zip(one.blocks, update.executed.results, strict=True)
        if isinstance(block, Markdown)
        for bundle in results
    ]
    return shown, update.cells, update.expressions


def test_only_what_depends_on_a_change_runs_again(session: Session, tmp_path: Path) -> None:
    parts = [*FIRST[:2], TEXT, *FIRST[2:], "Last `{python} len(d)`."]
    steps = [
        # what is changed, cells and expressions that run for it
        (lambda p: p, 5, 4),
        (lambda p: [*p[:2], TEXT.replace("A ", "Another sentence. A "), *p[3:]], 0, 0),
        (lambda p: [*p[:2], p[2] + " And `{python} a * 10`.", *p[3:]], 0, 1),
        (lambda p: [p[0], "c = a - b", *p[2:]], 2, 1),
        (lambda p: [*p[:3], "repr(c)", *p[4:]], 1, 0),
        (lambda p: ["a = 5\nb = 2", *p[1:]], 5, 5),
        (lambda p: [*p[:-1], "e = c * 2", "E `{python} e` and `{python} len(d)`."], 1, 1),
        (lambda p: [*p[:-2], p[-1].replace("E `{python} e` and ", "")], 5, 5),
    ]  # fmt: skip
    for number, (change, cells, expressions) in enumerate(steps):
        parts = change(parts)
        one = document(tmp_path, parts)
        shown, ran, asked = shown_by(session, one)
        assert shown == from_the_beginning(one), number
        assert (ran, asked) == (cells, expressions), number


def test_a_failure_is_told_and_what_follows_is_right_again(session: Session, tmp_path: Path) -> None:
    good = document(tmp_path, ["a = 1", "A `{python} a`."])
    shown_by(session, good)
    with pytest.raises(PublishingError, match="`aa` failed with NameError"):
        session.update(document(tmp_path, ["a = 1", "A `{python} aa`."]))
    assert shown_by(session, good) == (["1"], 0, 0)
    with pytest.raises(PublishingError, match="`a = 1 / 0` failed with ZeroDivisionError"):
        session.update(document(tmp_path, ["a = 1 / 0", "A `{python} a`."]))
    # the cell that failed may have bound anything before
    assert shown_by(session, good) == (["1"], 1, 1)


def test_a_kernel_ends_with_its_session(loop: Loop, tmp_path: Path) -> None:
    one = Session(loop, Run(tmp_path, {}, 0), tmp_path)
    shown, _, _ = shown_by(one, document(tmp_path, ["import os", "Process `{python} os.getpid()`."]))
    process = int(shown[0])
    os.kill(process, 0)
    one.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # a name that is bound again further below has another value in the kernel
        (["a = 1", "`{python} a`", "a = 2"], ["a = 1", "`{python} a + 1`", "a = 2"]),
        (["a = 1", "b = a", "a = 2", "`{python} b`"], ["a = 1", "b = a + 1", "a = 2", "`{python} b`"]),
        # a cell that counts on would count twice
        (["a = 1", "b = a", "a = a + b", "`{python} a`"], ["a = 1", "b = 2 * a", "a = a + b", "`{python} a`"]),
        # a name whose cell went stays in the kernel
        (["b = 1", "a = 1", "`{python} 1`"], ["b = 1", "`{python} 1`"]),
        # code that hides what it does
        (["a = 1", "exec('a = 2')", "`{python} a`"], ["a = 3", "exec('a = 2')", "`{python} a`"]),
        (["from math import *", "`{python} pi`"], ["from cmath import *", "`{python} pi`"]),
    ],
)
def test_where_names_cannot_tell_everything_runs(before: list[str], after: list[str], tmp_path: Path) -> None:
    one = document(tmp_path, before)
    assert compare(one, one) is not None
    assert compare(one, document(tmp_path, after)) is None


@pytest.mark.parametrize(
    ("code", "reads", "binds"),
    [
        ("a = b", "b", "a"),
        ("a += b", "a b", "a"),
        ("a.b = c", "a c", "a"),
        ("a[b] = c", "a b c", "a"),
        ("a.append(b)\nc", "a b c", "a"),
        ("a.append(b)", "a b", ""),
        ("import a.b, c as d", "", "a d"),
        ("from a import b as c", "", "c"),
        ("def f(x):\n    return x + y", "y", "f x"),
        ("[x for x in y if x]", "y", "x"),
        ("for x in y:\n    z = x", "y", "x z"),
        ("with a as b:\n    b", "a", "b"),
        ("lambda x: x + y", "y", "x"),
        ("a = a + 1", "a", "a"),
        ("f'{a} {b.c}'", "a b", ""),
        ("a =", "", ""),
    ],
)
def test_names(code: str, reads: str, binds: str) -> None:
    uses = uses_of(code)
    assert uses.reads == frozenset(re.findall(r"\w+", reads)) and uses.binds == frozenset(re.findall(r"\w+", binds))
    assert uses.is_open


def test_code_that_hides_what_it_does() -> None:
    for code in ("exec('a = 1')", "globals()['a'] = 1", "from a import *", "del a", "def f():\n    global a"):
        assert not uses_of(code).is_open
