"""The set-up: done once, loud when it fails, one at a time, Quarto's installer tried once where it can work."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from publishing.setup import command, installers, locks, places, quarto, running

ROOT = Path(__file__).resolve().parents[3]
HASH = "0" * 64


class Machine:
    """A project whose commands are stand-ins: ``fails`` names those that fail, ``on_run`` is told of each."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.calls: list[list[str]] = []
        self.environments: list[Mapping[str, str]] = []
        self.fails: set[str] = set()
        self.has_quarto = False
        self.on_run: Any = lambda kind: None

    def kind(self, call: Sequence[str]) -> str:
        """uv, pip, fetch (of uv), ensurepip, look (for Quarto's release) or build (of quarto-cli)."""
        if locks.QUARTO in call[-1]:
            return "build"
        if locks.INSTALLER in call[-1]:
            return "fetch"
        if any("urllib" in part for part in call):
            return "look"
        return "ensurepip" if "ensurepip" in call else "uv" if call[0].endswith("uv") else "pip"

    def kinds(self) -> list[str]:
        return [self.kind(call) for call in self.calls]

    def run(
        self, call: list[str], log: Path, environment: Mapping[str, str], folder: Path, seconds: float | None = None
    ) -> int:
        self.calls.append(call)
        self.environments.append(environment)
        kind = self.kind(call)
        self.on_run(kind)
        if kind == "fetch" and kind not in self.fails:
            target = Path(call[call.index("--target") + 1]) / "bin"
            target.mkdir(parents=True)
            (target / "uv").write_text("")
        log.write_text("Looking\nERROR: Could not find one==1.0\n" if kind in self.fails else "done\n")
        return int(kind in self.fails)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    for name in (locks.PAPER, locks.TESTS, locks.JUPYTER, locks.INSTALLER):
        (tmp_path / name).write_text(f"one==1.0 \\\n    --hash=sha256:{HASH}\ntwo==2.0 --hash=sha256:{HASH}\n")
    (tmp_path / locks.QUARTO).write_text(f"# why\nquarto-cli==1.10.18 --hash=sha256:{HASH}\n")
    monkeypatch.setattr(places, "ROOT", tmp_path)
    monkeypatch.setattr(places, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(installers.venv, "create", lambda path, with_pip: path.mkdir())
    monkeypatch.setattr(installers.installed, "faults", lambda pins, folders: [])
    monkeypatch.setattr(installers.Installers, "_ask", lambda self, call: "")
    monkeypatch.setattr(quarto, "present", lambda: made.has_quarto)
    monkeypatch.setattr(running, "run", made.run)
    return made


def test_a_second_set_up_installs_nothing_and_does_not_look_for_quarto_again(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.fails = {"look"}
    command.set_up()
    assert machine.kinds() == ["fetch", "uv", "look"]
    assert "so the built-in engine renders" in capsys.readouterr().out
    command.set_up()
    assert len(machine.calls) == 3
    assert capsys.readouterr().out == ""


def test_quarto_is_looked_for_again_when_told_to_or_when_the_pin_moves(machine: Machine) -> None:
    machine.fails = {"look"}
    command.set_up()
    command.set_up(retry=True)
    assert machine.kinds().count("look") == 2
    (machine.root / locks.QUARTO).write_text(f"quarto-cli==1.11.0 --hash=sha256:{HASH}\n")
    command.set_up()
    assert machine.kinds().count("look") == 3


def test_quarto_is_built_with_locked_packages_where_its_release_answers(machine: Machine) -> None:
    machine.fails = {"build"}
    command.set_up()
    assert machine.kinds() == ["fetch", "uv", "look", "uv", "build"]
    assert locks.JUPYTER in machine.calls[3][-1]
    assert "--no-build-isolation" in machine.calls[4] and "--require-hashes" in machine.calls[4]
    command.set_up()
    assert len(machine.calls) == 5, "an installer that failed is not asked again"


def test_where_quarto_is_jupyter_is_installed_and_no_installer_tried(machine: Machine) -> None:
    machine.has_quarto = True
    command.set_up()
    assert [call[-1].rpartition("/")[2] for call in machine.calls if machine.kind(call) == "uv"] == [
        locks.PAPER,
        locks.JUPYTER,
    ]
    assert not {"look", "build"} & set(machine.kinds())


def test_hashes_and_wheels_are_always_required(machine: Machine) -> None:
    machine.fails = {"uv", "look"}
    command.set_up([locks.TESTS])
    installing = [call for call in machine.calls if "install" in call]
    assert len(installing) == 3
    for call in installing:
        assert "--require-hashes" in call and call[call.index("--only-binary") + 1] == ":all:"


@pytest.mark.parametrize("failing", ["fetch", "uv"])
def test_pip_installs_when_uv_cannot_and_one_line_says_why(
    machine: Machine, capsys: pytest.CaptureFixture[str], failing: str
) -> None:
    machine.fails = {failing}
    assert command.main(["--no-quarto"]) == 0
    assert machine.kinds()[-2:] == ["ensurepip", "pip"]
    said = [line for line in capsys.readouterr().out.splitlines() if "pip installs instead of uv" in line]
    assert len(said) == 1 and "Could not find one==1.0" in said[0]
    assert command.read_state()["installer"] == "pip"


def test_pip_finds_nothing_of_what_a_failed_uv_left(machine: Machine) -> None:
    machine.fails = {"uv"}
    machine.on_run = lambda kind: (
        (places.ENVIRONMENT / "half").write_text("")
        if kind == "uv"
        else None
        if not (places.ENVIRONMENT / "half").exists()
        else pytest.fail("half a package was left")
    )
    command.set_up(with_quarto=False)


def test_what_was_there_before_uv_failed_is_installed_again(machine: Machine) -> None:
    command.set_up([locks.TESTS], with_quarto=False)
    machine.fails = {"uv"}
    command.set_up([locks.TESTS, locks.JUPYTER], with_quarto=False)
    assert [call[-1].rpartition("/")[2] for call in machine.calls if machine.kind(call) == "pip"] == [
        locks.JUPYTER,
        locks.TESTS,
    ]
    assert set(command.read_state()["installed"]) == {locks.PAPER, locks.TESTS, locks.JUPYTER}


def test_the_tests_packages_hold_those_of_the_paper(machine: Machine) -> None:
    command.set_up([locks.TESTS], with_quarto=False)
    command.set_up(with_quarto=False)
    assert machine.kinds() == ["fetch", "uv"]


def test_a_changed_lock_is_installed_into_a_new_environment(machine: Machine) -> None:
    command.set_up(with_quarto=False)
    (places.ENVIRONMENT / "old").write_text("")
    (machine.root / locks.PAPER).write_text(f"one==1.1 --hash=sha256:{HASH}\n")
    command.set_up(with_quarto=False)
    assert machine.kinds().count("uv") == 2 and not (places.ENVIRONMENT / "old").exists()


def test_a_failed_installation_names_lock_reason_and_remedy_and_is_not_taken_for_whole(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.fails = {"uv", "pip"}
    assert command.main(["--no-quarto"]) == 1
    message = capsys.readouterr().err
    assert locks.PAPER in message and "Could not find one==1.0" in message and "Remedy" in message
    machine.fails = set()
    assert command.main(["--no-quarto"]) == 0
    assert machine.kinds()[-1] == "uv"


def test_a_lock_without_a_hash_is_refused(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    (machine.root / locks.PAPER).write_text("one==1.0\n")
    assert command.main(["--no-quarto"]) == 1
    assert "'one==1.0' is no name==version with hashes" in capsys.readouterr().err
    assert "uv" not in machine.kinds()


@pytest.mark.parametrize("at", ["environment", "fetch", "uv", "look"])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_leaves_no_half_installation(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], at: str, name: str
) -> None:
    number = getattr(signal, name)
    before = {one: signal.getsignal(getattr(signal, one)) for one in ("SIGINT", "SIGTERM", "SIGHUP")}

    def create(path: Path, with_pip: bool) -> None:
        path.mkdir()
        if at == "environment":
            os.kill(os.getpid(), number)

    monkeypatch.setattr(installers.venv, "create", create)
    machine.on_run = lambda kind: os.kill(os.getpid(), number) if kind == at else None
    # a run in the background may ignore it, and so would the set-up
    signal.signal(number, signal.default_int_handler)
    try:
        assert command.main([]) == 128 + number
    finally:
        for one, handler in before.items():
            signal.signal(getattr(signal, one), handler)
    assert "ended by a signal" in capsys.readouterr().err
    # all packages are there before Quarto is looked for
    assert places.ENVIRONMENT.exists() == (at == "look")


def test_a_full_disk_ends_in_one_message_and_in_nothing_taken_for_whole(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(kind: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/x/numpy")

    machine.on_run = full
    assert command.main(["--no-quarto"]) == 1
    assert "/x/numpy: No space left on device. Remedy" in capsys.readouterr().err
    machine.on_run = lambda kind: None
    assert command.main(["--no-quarto"]) == 0
    assert machine.kinds()[-2:] == ["fetch", "uv"]


def test_a_set_up_that_was_killed_begins_anew(machine: Machine) -> None:
    command.set_up(with_quarto=False)
    command.write_state({**command.read_state(), "unfinished": locks.PAPER})
    (places.ENVIRONMENT / "half").write_text("")
    command.set_up(with_quarto=False)
    assert machine.kinds().count("uv") == 2 and not (places.ENVIRONMENT / "half").exists()
    assert "unfinished" not in command.read_state()


def test_another_trees_environment_is_left_alone(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other") / ".venv"
    other.mkdir()
    (other / "theirs").write_text("")
    places.ENVIRONMENT.symlink_to(other)
    command.set_up(with_quarto=False)
    assert not places.ENVIRONMENT.is_symlink() and (other / "theirs").exists()


WAITING = """
import json, sys, time
from pathlib import Path
from publishing.setup import command, installers, places
places.ROOT, places.ENVIRONMENT = Path(sys.argv[1]), Path(sys.argv[1]) / ".venv"
class Slow(installers.Installers):
    def install(self, lock):
        (places.ROOT / "begun").open("a").write("x")
        time.sleep(1)
        return "uv"
command.Installers = Slow
installers.venv.create = lambda path, with_pip: path.mkdir()
command.set_up(with_quarto=False)
"""


def test_of_two_set_ups_at_once_one_waits_and_finds_everything_done(machine: Machine) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PUBLISHING_TURN", None)
    start = [sys.executable, "-c", WAITING, str(machine.root)]
    both = [subprocess.Popen(start, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [one.communicate()[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert (machine.root / "begun").read_text() == "x"
    assert sum("waiting for its end" in one for one in said) == 1


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("", "(nothing printed)"),
        ("one\ntwo\n", "two"),
        ("ERROR: first\nERROR: last\nhint\n", "ERROR: last"),
        (
            "error: No solution\n  cause: Because one==1 has no wheel\nhint: more\n",
            "error: No solution (Because one==1 has no wheel)",
        ),
    ],
)
def test_the_reason_is_the_last_error_with_its_cause(tmp_path: Path, log: str, expected: str) -> None:
    (tmp_path / "log").write_text(log)
    assert running.last_line(tmp_path / "log") == expected


def test_a_command_that_hangs_is_stopped(tmp_path: Path) -> None:
    status = running.run(["sleep", "30"], tmp_path / "log", os.environ, tmp_path, seconds=0.2)
    assert status == running.TOOK_TOO_LONG


@pytest.mark.skipif(os.name != "posix", reason="asks the system's locks")
def test_a_command_ends_with_all_that_it_started(tmp_path: Path) -> None:
    import fcntl

    hold = (
        "import fcntl, time; file = open('held', 'w'); fcntl.flock(file, fcntl.LOCK_EX); "
        "open('yes', 'w'); time.sleep(600)"
    )
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}])"
    start = [sys.executable, "-c", script]
    assert running.run(start, tmp_path / "log", os.environ, tmp_path, seconds=5) == running.TOOK_TOO_LONG
    assert (tmp_path / "yes").exists()
    with (tmp_path / "held").open() as file:
        # would wait for ten minutes
        fcntl.flock(file, fcntl.LOCK_EX)


def test_a_release_that_never_answers_blocks_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(places, "ENVIRONMENT", tmp_path)
    monkeypatch.setattr(quarto, "LOOK_SECONDS", 1)
    monkeypatch.setattr(quarto, "_LOOK", "import time; time.sleep(600)")
    assert not quarto.released("1.10.18")


def test_a_system_without_a_release_is_not_asked(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarto.sys, "platform", "sunos5")
    assert not quarto.released("1.10.18") and machine.calls == []


def test_the_state_says_what_is_installed(machine: Machine) -> None:
    command.set_up(with_quarto=False)
    state = json.loads((places.ENVIRONMENT / "bootstrap.json").read_text())
    assert state["installed"] == {locks.PAPER: places.lock_digest(locks.PAPER)}
    assert state["installer"] == "uv"


def test_an_old_python_is_told_so_with_the_remedy() -> None:
    from publishing.bootstrap import too_old

    assert "Python 3.11 or newer is needed, this is 3.10.4" in too_old((3, 10, 4)) and "Remedy" in too_old((3, 6, 1))
    assert too_old((3, 11, 0)) == "" and too_old((3, 14, 0)) == ""


def test_old_pythons_can_read_the_first_file() -> None:
    import ast

    ast.parse((ROOT / "publishing" / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 6))
