"""Where things are: the tool-kit, its environment, the locks."""

from __future__ import annotations

import hashlib
import os
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv"


class SetupError(Exception):
    """A step of the set-up failed; the message says which and what to do."""


def executable() -> Path:
    """The Python of the environment."""
    return ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def packages() -> list[Path]:
    """The folders into which the environment's packages are installed."""
    base = {"base": str(ENVIRONMENT), "platbase": str(ENVIRONMENT)}
    paths = {Path(sysconfig.get_path(one, scheme="venv", vars=base)).resolve() for one in ("purelib", "platlib")}
    return sorted(paths)


def lock_digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
