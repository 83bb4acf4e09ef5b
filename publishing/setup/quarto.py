"""Quarto: found, or installed by quarto-cli from the package index, which downloads a release while it is built.

The release is looked for first, within seconds, and what came of it is remembered until the pin changes: where a
network reaches package indexes only, the installer would try for nothing.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Mapping

from publishing.setup import locks, places, running, surroundings
from publishing.setup.installers import Installers

LOOK_SECONDS = 8
INSTALL_SECONDS = 600
#: where quarto-cli's own installer gets its release from
_RELEASE = "https://github.com/quarto-dev/quarto-cli/releases/download/v{version}/quarto-{version}-{system}"
_SYSTEMS = {
    ("linux", "x86_64"): "linux-amd64.tar.gz",
    ("linux", "aarch64"): "linux-arm64.tar.gz",
    ("darwin", ""): "macos.tar.gz",
    ("win32", ""): "win.zip",
}
_LOOK = (
    "import sys, urllib.request as web; "
    "web.urlopen(web.Request(sys.argv[1], method='HEAD'), timeout=float(sys.argv[2]))"
)
PRESENT, FAILED, UNREACHABLE = "present", "failed", "unreachable"


def present() -> bool:
    """Whether there is a command `quarto`, in the environment or on the path."""
    places_of_commands = os.pathsep.join([str(places.executable().parent), os.environ.get("PATH", "")])
    return shutil.which("quarto", path=places_of_commands) is not None


def pinned() -> str:
    (pin,) = locks.read(places.ROOT / locks.QUARTO)
    return pin.version


def bring(
    installers: Installers, before: Mapping[str, str] | None, prepare: Callable[[], None], *, retry: bool
) -> dict[str, str]:
    """Make sure that Quarto's installer was tried once where it can work; what came of it.

    ``prepare`` installs what Quarto, and building its installer, need.
    """
    version = pinned()
    if present():
        return {"pinned": version, "outcome": PRESENT}
    if before and before.get("pinned") == version and before.get("outcome") in (FAILED, UNREACHABLE) and not retry:
        return dict(before)
    if not released(version):
        print(
            f"setup Quarto {version} is not installed, and its release cannot be downloaded from here, so the "
            "built-in engine renders. `make quarto` tries again.",
            flush=True,
        )
        return {"pinned": version, "outcome": UNREACHABLE}
    prepare()
    log = places.ENVIRONMENT / "quarto-install.log"
    with running.step(f"trying Quarto's installer (quarto-cli {version})"):
        status = installers.build(locks.QUARTO, log, INSTALL_SECONDS)
    if status == 0 and present():
        return {"pinned": version, "outcome": PRESENT}
    print(
        f"      Quarto {version} could not be installed here (its installer downloads a release; log: "
        f".venv/{log.name}), so the built-in engine renders. `make quarto` tries again.",
        flush=True,
    )
    return {"pinned": version, "outcome": FAILED}


def released(version: str) -> bool:
    """Whether the release for this machine answers within :data:`LOOK_SECONDS`."""
    machine = platform.machine() if sys.platform == "linux" else ""
    system = _SYSTEMS.get((sys.platform, machine))
    if system is None:
        return False
    address = _RELEASE.format(version=version, system=system)
    log = places.ENVIRONMENT / "quarto-look.log"
    # a process of its own: looking up a name may hang beyond any time limit
    command = [sys.executable, "-I", "-c", _LOOK, address, str(LOOK_SECONDS)]
    return running.run(command, log, surroundings.plain(os.environ), places.ROOT, LOOK_SECONDS) == 0
