"""What of a document has to run again after a change: found by the names that its code reads and binds.

A cell runs again when it is new, or when it reads or binds a name that one that runs again binds. A value is given
again when the names in its expression still come from the same cells. Where the names can't tell (one is bound again
further below, cells changed places, code hides what it does) everything has to run. An object that a later cell
changes without binding a name is not seen; that is why this serves previews alone.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from publishing.project.document import Cell, Document, Markdown

#: with one of these a piece of code can read and bind what its text does not show
_HIDING = frozenset({"exec", "eval", "globals", "locals", "vars", "setattr", "delattr", "get_ipython"})
#: places of what an expression gave before: index of the block, index within the block
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Uses:
    """The names that code reads before it binds them, those that it binds, and whether that is all it does."""

    reads: frozenset[str]
    binds: frozenset[str]
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with each block, by its index.

    For a cell the index of the block whose results it keeps, for text the place of the value that each of its
    expressions keeps; None for what runs.
    """

    cells: Mapping[int, int | None]
    values: Mapping[int, tuple[Place | None, ...]]


def everything(document: Document) -> Plan:
    """A plan in which everything runs."""
    blocks = list(enumerate(document.blocks))
    return Plan(
        {index: None for index, block in blocks if isinstance(block, Cell)},
        {index: (None,) * len(block.inlines) for index, block in blocks if isinstance(block, Markdown)},
    )


def compare(before: Document, after: Document) -> Plan | None:
    """The plan for ``after`` in the kernel in which ``before`` has run; None when everything has to run anew."""
    old, new = _numbered(before), _numbered(after)
    matcher = difflib.SequenceMatcher(None, [c.source for _, c in old], [c.source for _, c in new], autojunk=False)
    same = {b + i: a + i for a, b, size in matcher.get_matching_blocks() for i in range(size)}
    uses = [uses_of(cell.code) for _, cell in new]
    if len(same) == len(old) == len(new):
        runs: set[int] = set()
    else:
        lost = [uses_of(cell.code) for index, (_, cell) in enumerate(old) if index not in same.values()]
        found = _runs(uses, same, lost)
        if found is None:
            return None
        runs = found
    values = _values(before, after, _Cells([uses_of(cell.code) for _, cell in old], uses, same, runs))
    if values is None:
        return None
    cells = {place: None if index in runs else old[same[index]][0] for index, (place, _) in enumerate(new)}
    return Plan(cells, values)


def _runs(uses: Sequence[Uses], same: Mapping[int, int], lost: Sequence[Uses]) -> set[int] | None:
    """The indices of the cells that run again; None when that can't be told."""
    fresh = [one for index, one in enumerate(uses) if index not in same]
    gone = _union(one.binds for one in lost)
    if not all(one.is_open for one in (*uses, *lost)) or not gone <= _union(one.binds for one in fresh):
        return None
    moved: set[str] = set()
    runs: set[int] = set()
    for index, one in enumerate(uses):
        if index in same and not moved & (one.reads | one.binds):
            continue
        if one.reads & (one.binds | _union(later.binds for later in uses[index + 1 :])):
            return None
        runs.add(index)
        moved |= one.binds
    return runs


@dataclass(frozen=True, slots=True)
class _Cells:
    old: Sequence[Uses]
    new: Sequence[Uses]
    same: Mapping[int, int]
    runs: set[int]

    def may_keep(self, names: frozenset[str], old_count: int, new_count: int) -> bool:
        """Whether ``names`` come from the same cells behind so many cells of the old and of the new document."""
        binders = [index for index in range(new_count) if self.new[index].binds & names]
        if any(index in self.runs for index in binders):
            return False
        return [self.same[index] for index in binders] == [
            index for index in range(old_count) if self.old[index].binds & names
        ]

    def may_ask(self, names: frozenset[str], new_count: int) -> bool:
        """Whether the kernel, in which all cells ran, has for ``names`` what it had behind so many cells."""
        return not any(one.binds & names for one in self.new[new_count:])


def _values(before: Document, after: Document, cells: _Cells) -> dict[int, tuple[Place | None, ...]] | None:
    known: dict[str, list[tuple[int, Place]]] = {}
    for count, position, block in _texts(before):
        for index, inline in enumerate(block.inlines):
            known.setdefault(inline.expression, []).append((count, (position, index)))
    found: dict[int, tuple[Place | None, ...]] = {}
    for count, position, block in _texts(after):
        places: list[Place | None] = []
        for inline in block.inlines:
            uses = uses_of(inline.expression)
            place = next(
                (
                    place
                    for there, place in known.get(inline.expression, [])
                    if cells.may_keep(uses.reads, there, count)
                ),
                None,
            )
            if place is None and not (uses.is_open and cells.may_ask(uses.reads, count)):
                return None
            places.append(place)
        found[position] = tuple(places)
    return found


def _numbered(document: Document) -> list[tuple[int, Cell]]:
    return [(index, block) for index, block in enumerate(document.blocks) if isinstance(block, Cell)]


def _texts(document: Document) -> list[tuple[int, int, Markdown]]:
    """Every text with the number of cells before it and its index."""
    found = []
    cells = 0
    for index, block in enumerate(document.blocks):
        if isinstance(block, Markdown):
            found.append((cells, index, block))
        else:
            cells += 1
    return found


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)


@lru_cache(maxsize=4096)
def uses_of(code: str) -> Uses:
    """The names that ``code`` uses; code that can't be parsed uses none, and says so when it runs."""
    try:
        tree = ast.parse(code.strip())
    except SyntaxError:
        return Uses(frozenset(), frozenset())
    reader = _Reader()
    last = tree.body[-1] if tree.body else None
    for statement in tree.body:
        reader.visit(statement)
        if statement is not last and isinstance(statement, ast.Expr):
            reader.changed(statement.value)
    return Uses(frozenset(reader.reads), frozenset(reader.binds), reader.is_open)


class _Reader(ast.NodeVisitor):
    """Collects names in about the order in which they are used; the names of functions' inner variables count too."""

    def __init__(self) -> None:
        self.reads: set[str] = set()
        self.binds: set[str] = set()
        self.is_open = True

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.binds.add(node.id)
            self.is_open &= isinstance(node.ctx, ast.Store)
        elif node.id not in self.binds:
            self.reads.add(node.id)
        self.is_open &= node.id not in _HIDING

    def visit_Assign(self, node: ast.Assign) -> None:
        self._in_order(node.value, *node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._in_order(*filter(None, [node.annotation, node.value, node.target]))

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        self.changed(node.target)

    def visit_For(self, node: ast.For) -> None:
        self._in_order(node.iter, node.target, *node.body, *node.orelse)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self._in_order(node.iter, node.target, *node.ifs)

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        self._in_order(*node.generators, node.elt)

    visit_SetComp = visit_ListComp
    visit_GeneratorExp = visit_ListComp

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._in_order(*node.generators, node.key, node.value)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._in_order(node.args, node.body)

    def visit_arg(self, node: ast.arg) -> None:
        self.binds.add(node.arg)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.binds.add(node.name)
        self._in_order(*node.decorator_list, node.args, *node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.binds.add(node.name)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        self.binds.update((one.asname or one.name).partition(".")[0] for one in node.names)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        names = {one.asname or one.name for one in node.names}
        self.is_open &= "*" not in names
        self.binds |= names

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._part(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._part(node)

    def visit_Global(self, node: ast.Global) -> None:
        self.is_open = False

    def changed(self, node: ast.AST) -> None:
        """The object that a call without use of its value, or an assignment to a part, may have changed."""
        self.visit(node)
        while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
            node = node.func if isinstance(node, ast.Call) else node.value
        if isinstance(node, ast.Name):
            self.reads.add(node.id)
            self.binds.add(node.id)

    def _part(self, node: ast.Attribute | ast.Subscript) -> None:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load):
            self.changed(node.value)

    def _in_order(self, *nodes: ast.AST) -> None:
        for node in nodes:
            self.visit(node)
