"""Which Python files of a project a file imports, directly or through others: read from the source, not run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path


def reaches(root: Path, files: Iterable[Path]) -> dict[str, frozenset[str]]:
    """For each file, by its path below ``root``, the others among ``files`` that it needs."""
    paths = {path.relative_to(root).as_posix(): path for path in files}
    direct = {name: frozenset(_direct(name, path, paths)) for name, path in paths.items()}
    return {name: _closure(name, direct) for name in paths}


def _closure(name: str, direct: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = direct[waiting.pop()] - found
        found |= new
        waiting += new
    return frozenset(found - {name})


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
    for base in {Path(), folder}:
        for depth in range(1, len(parts) + 1):
            stem = base.joinpath(*parts[:depth])
            for candidate in (f"{stem.as_posix()}.py", f"{stem.as_posix()}/__init__.py"):
                if candidate in paths:
                    yield candidate
