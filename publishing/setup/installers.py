"""The two installers: uv, fetched by pip into ``.venv`` itself, and pip where uv cannot be had or fails.

Both install wheels only, each with its hash from the lock, and both get what pip's configuration says of mirrors,
proxies and certificates.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from publishing.setup import installed, locks, places, running, surroundings
from publishing.setup.places import SetupError

_WHEELS_ONLY = ["--require-hashes", "--only-binary", ":all:"]
#: seconds that fetching uv may take: pip needs it for no more than one file of some twenty megabytes
_FETCH_SECONDS = 300
_ASK_SECONDS = 60


def create_environment() -> None:
    """Make ``.venv`` anew, with Python alone."""
    try:
        remove_environment()
        venv.create(places.ENVIRONMENT, with_pip=False)
    except (subprocess.CalledProcessError, OSError) as error:
        remove_environment()
        raise SetupError(
            f"Python's venv module could not make .venv ({error}). "
            "Remedy: install it (on Debian and Ubuntu: the package python3-venv) and run make again"
        ) from error


def remove_environment() -> None:
    """Remove ``.venv``; of a link to another tree's environment the link only."""
    if places.ENVIRONMENT.is_symlink():
        places.ENVIRONMENT.unlink()
    elif places.ENVIRONMENT.exists():
        shutil.rmtree(places.ENVIRONMENT, ignore_errors=True)


@dataclass
class Installers:
    """Installs locks into ``.venv``; what pip's configuration says, and which installers there are, is asked once."""

    uv: list[str] | None = None
    #: why uv is not used; empty while it is
    without_uv: str = ""
    #: whether the environment was emptied since this was last asked, so that what was in it must be installed again
    emptied: bool = False
    _settings: dict[str, str] | None = None
    _pip: list[str] = field(default_factory=list)

    def install(self, lock: str) -> str:
        """Install all of ``lock``; the name of the installer that did. Raises :class:`SetupError`."""
        pins = locks.read(places.ROOT / lock)
        if not self.uv and not self.without_uv:
            self._find_uv()
        if self.uv:
            fault = self._run("uv", [*self.uv, "pip", "install", *self._uv_options(), "-r", str(places.ROOT / lock)])
            fault = fault or "".join(installed.faults(pins, places.packages())[:1])
            if not fault:
                return "uv"
            self.uv, self.without_uv = None, fault
            # what it left may be half a package, which pip would take for whole
            create_environment()
            self.emptied = True
        print(f"      pip installs instead of uv, more slowly: {self.without_uv}", flush=True)
        command = [*self.pip(), "install", *_WHEELS_ONLY, "-r", str(places.ROOT / lock)]
        fault = self._run("pip", command) or "".join(installed.faults(pins, places.packages())[:1])
        if fault:
            raise SetupError(
                f"pip could not install {lock}: {fault} Remedy: see .venv/pip.log; "
                "a package index must be reachable, with the settings in pip's own configuration"
            )
        return "pip"

    def build(self, lock: str, log: Path, seconds: float) -> int:
        """Install what ``lock`` pins as a source, built with what is installed already; the installer's status."""
        options = ["--no-deps", "--require-hashes", "--no-build-isolation", "-r", str(places.ROOT / lock)]
        if not self.uv and not self.without_uv:
            self._find_uv()
        if self.uv:
            command = [*self.uv, "pip", "install", "--python", str(places.executable()), *options]
            return running.run(command, log, self._for_uv(), places.ROOT, seconds)
        return running.run([*self.pip(), "install", *options], log, self._for_pip(), places.ROOT, seconds)

    def fetch(self, requirement: Path, target: Path, options: Sequence[str]) -> bool:
        """Put the wheels of ``requirement`` into the folder ``target`` by uv; whether it could."""
        if not self.uv and not self.without_uv:
            self._find_uv()
        if not self.uv:
            raise SetupError(f"{self.without_uv}. Remedy: see .venv/uv-fetch.log")
        where = ["--target", str(target), "--no-deps", *options, "-r", str(requirement)]
        return not self._run("uv", [*self.uv, "pip", "install", *self._uv_options(), *where])

    def pip(self) -> list[str]:
        """The command of the environment's pip, which is put there first if need be."""
        python = str(places.executable())
        if not any((folder / "pip").is_dir() for folder in places.packages()):
            command = [python, "-I", "-m", "ensurepip", "--upgrade", "--default-pip"]
            fault = self._run("ensurepip", command)
            if fault:
                raise SetupError(
                    f"pip could not be put into .venv: {fault} "
                    "Remedy: install it (on Debian and Ubuntu: the package python3-venv) and run make again"
                )
        return [python, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input"]

    def _find_uv(self) -> None:
        """Set ``uv`` to its command, fetched first if need be, or ``without_uv`` to the reason."""
        folder = places.ENVIRONMENT / "uv" / places.lock_digest(locks.INSTALLER)[:16]
        if not (found := _uv_in(folder)):
            shutil.rmtree(folder.parent, ignore_errors=True)
            partial = folder.parent / "partial"
            where = ["--target", str(partial), "--no-deps", "-r", str(places.ROOT / locks.INSTALLER)]
            command = [*self._some_pip(), "install", *_WHEELS_ONLY, *where]
            fault = self._run("uv-fetch", command, seconds=_FETCH_SECONDS)
            if fault or not _uv_in(partial):
                self.without_uv = f"uv could not be fetched ({fault or 'no program in its package'})"
                return
            partial.rename(folder)
            found = _uv_in(folder)
        self.uv = [str(found)]

    def _some_pip(self) -> list[str]:
        """This machine's pip, which is asked for files only; the environment's where there is none."""
        if not self._pip:
            command = [sys.executable, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input"]
            self._pip = command if self._ask([*command, "--version"]) is not None else self.pip()
        return self._pip

    def _sources(self) -> dict[str, str]:
        if self._settings is None:
            listed = self._ask([*self._some_pip(), "config", "list"])
            self._settings = surroundings.sources(listed or "")
        return self._settings

    def _ask(self, command: Sequence[str]) -> str | None:
        environment = surroundings.for_asking_pip(os.environ)
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=_ASK_SECONDS, check=True
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout

    def _uv_options(self) -> list[str]:
        # every index that pip would ask is asked; the hashes say which file is the right one
        return ["--python", str(places.executable()), *_WHEELS_ONLY, "--index-strategy", "unsafe-best-match"]

    def _for_pip(self) -> dict[str, str]:
        return surroundings.for_pip(os.environ, self._sources())

    def _for_uv(self) -> dict[str, str]:
        return surroundings.for_uv(os.environ, self._sources())

    def _run(self, name: str, command: Sequence[str], seconds: float | None = None) -> str:
        """Run an installer with its log in ``.venv/<name>.log``; why it failed, empty when it did not."""
        environment = self._for_uv() if name == "uv" else self._for_pip() if name != "ensurepip" else None
        log = places.ENVIRONMENT / f"{name}.log"
        status = running.run(
            command, log, surroundings.plain(os.environ) if environment is None else environment, places.ROOT, seconds
        )
        if status == running.TOOK_TOO_LONG:
            return f"no answer within {seconds:.0f} s"
        return running.last_line(log) if status else ""


def _uv_in(folder: Path) -> Path | None:
    """uv's program in a folder into which pip installed it."""
    names = ("bin/uv", "Scripts/uv.exe", "bin/uv.exe")
    return next((folder / name for name in names if (folder / name).is_file()), None)
