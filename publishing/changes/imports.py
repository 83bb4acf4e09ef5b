"""Which Python files of a project a file imports, directly or through others: read from the source, not run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path


class Reaches(Mapping[str, frozenset[str]]):
    """For each file, by its path below ``root``, the others among ``files`` that it needs.

    A file is read when it is first asked about, so the files have to be there until then.
    """

    def __init__(self, root: Path, files: Iterable[Path]) -> None:
        self._paths = {path.relative_to(root).as_posix(): path for path in files}
        self._direct: dict[str, frozenset[str]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, name: str) -> frozenset[str]:
        found: set[str] = set()
        waiting = [name]
        while waiting:
            new = self._directly(waiting.pop()) - found
            found |= new
            waiting += new
        return frozenset(found - {name})

    def _directly(self, name: str) -> frozenset[str]:
        if name not in self._direct:
            self._direct[name] = frozenset(_direct(name, self._paths[name], self._paths))
        return self._direct[name]


def _direct(name: str, path: Path, paths: Mapping[str, Path]) -> Iterator[str]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError):
        return
    folder = Path(name).parent
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = folder.parents[node.level - 2] if node.level > 1 else folder
                base = ".".join([*above.parts, *([base] if base else [])])
            # what is imported from a package may be a module of it
            modules = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        else:
            continue
        for module in modules:
            yield from _files_of(module, folder, paths)


def _files_of(module: str, folder: Path, paths: Mapping[str, Path]) -> Iterator[str]:
    """The module's file and those of the packages around it, from the project's folder or from the file's own."""
    parts = module.split(".") if module else []
    for base in {(), folder.parts}:
        for depth in range(1, len(parts) + 1):
            stem = "/".join([*base, *parts[:depth]])
            for candidate in (f"{stem}.py", f"{stem}/__init__.py"):
                if candidate in paths:
                    yield candidate
