"""The set-up: done once, loud when it fails, Quarto's installer asked once."""

import json
import os
import signal
import sys

import pytest

from publishing import bootstrap


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project folder whose environment is made and filled by stand-ins that record what they were asked."""
    for name in (bootstrap.PAPER_LOCK, bootstrap.TEST_LOCK):
        (tmp_path / name).write_text("one==1.0 \\\n    --hash=sha256:00\ntwo==2.0 \\\n    --hash=sha256:00\n")
    (tmp_path / bootstrap.QUARTO_LOCK).write_text("# why\nquarto-cli==1.10.18 --hash=sha256:00\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STATE", tmp_path / ".venv" / "bootstrap.json")
    monkeypatch.setattr(bootstrap.venv, "create", lambda path, with_pip: path.mkdir())
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name, path: None)
    calls = []

    def run(command, log, seconds=None):
        calls.append(command)
        fails = any(bootstrap.QUARTO_LOCK in part for part in command)
        log.write_text("ERROR: no release could be downloaded\n" if fails else "Successfully installed\n")
        return 1 if fails else 0

    monkeypatch.setattr(bootstrap, "run_command", run)
    return tmp_path, calls


def test_a_second_set_up_installs_nothing_and_does_not_ask_quarto_again(project, capsys):
    _, calls = project
    bootstrap.set_up(tests=False, quarto=True, retry=False)
    assert [bootstrap.PAPER_LOCK in command[-1] for command in calls] == [True, False]
    assert "so the built-in engine renders" in capsys.readouterr().out
    bootstrap.set_up(tests=False, quarto=True, retry=False)
    assert len(calls) == 2
    assert capsys.readouterr().out == ""


def test_quarto_is_asked_again_when_told_to_or_when_the_pin_moves(project):
    root, calls = project
    bootstrap.set_up(tests=False, quarto=True, retry=False)
    bootstrap.set_up(tests=False, quarto=True, retry=True)
    assert len(calls) == 3
    (root / bootstrap.QUARTO_LOCK).write_text("quarto-cli==1.11.0 --hash=sha256:00\n")
    bootstrap.set_up(tests=False, quarto=True, retry=False)
    assert len(calls) == 4


def test_hashes_are_always_required(project):
    _, calls = project
    bootstrap.set_up(tests=True, quarto=True, retry=False)
    assert all("--require-hashes" in command for command in calls)


def test_the_tests_packages_stay_once_they_are_there(project):
    root, calls = project
    bootstrap.set_up(tests=True, quarto=False, retry=False)
    bootstrap.set_up(tests=False, quarto=False, retry=False)
    assert len(calls) == 1
    assert json.loads((root / ".venv" / "bootstrap.json").read_text())["tests"] is True


def test_a_changed_lock_is_installed(project):
    root, calls = project
    bootstrap.set_up(tests=False, quarto=False, retry=False)
    (root / bootstrap.PAPER_LOCK).write_text("one==1.1 --hash=sha256:00\n")
    bootstrap.set_up(tests=False, quarto=False, retry=False)
    assert len(calls) == 2


def test_a_failed_installation_names_lock_reason_and_remedy(project, monkeypatch, capsys):
    def run(command, log, seconds=None):
        log.write_text("Looking\nERROR: Could not find a version that satisfies one==1.0\n")
        return 1

    monkeypatch.setattr(bootstrap, "run_command", run)
    assert bootstrap.main(["--no-quarto"]) == 1
    message = capsys.readouterr().err
    assert bootstrap.PAPER_LOCK in message and "Could not find a version" in message and "Remedy" in message


def test_an_old_python_is_refused_with_the_remedy(project, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 10, 4))
    assert bootstrap.main([]) == 1
    assert "Python 3.11 or newer is needed" in capsys.readouterr().err


def test_a_command_that_hangs_is_stopped(tmp_path):
    status = bootstrap.run_command(["sleep", "30"], tmp_path / "log", seconds=0.2)
    assert status == 124


@pytest.mark.parametrize("at", ["environment", "packages", "quarto"])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_leaves_no_half_installation(project, monkeypatch, capsys, at, name):
    root, _ = project
    number = getattr(signal, name)
    before = {one: signal.getsignal(getattr(signal, one)) for one in ("SIGINT", "SIGTERM", "SIGHUP")}

    def create(path, with_pip):
        path.mkdir()
        if at == "environment":
            os.kill(os.getpid(), number)

    def run(command, log, seconds=None):
        log.write_text("")
        if (bootstrap.QUARTO_LOCK in command[-1]) == (at == "quarto"):
            os.kill(os.getpid(), number)
        return 0

    monkeypatch.setattr(bootstrap.venv, "create", create)
    monkeypatch.setattr(bootstrap, "run_command", run)
    try:
        assert bootstrap.main([]) == 128 + number
    finally:
        for one, handler in before.items():
            signal.signal(getattr(signal, one), handler)
    assert "ended by a signal" in capsys.readouterr().err
    # all packages are there before Quarto's installer is asked
    assert (root / ".venv").exists() == (at == "quarto")


def test_a_set_up_that_was_killed_begins_anew(project):
    root, calls = project
    bootstrap.set_up(tests=False, quarto=False, retry=False)
    state = bootstrap.read_state()
    bootstrap.write_state({**state, "unfinished": bootstrap.PAPER_LOCK})
    (root / ".venv" / "half").write_text("")
    bootstrap.set_up(tests=False, quarto=False, retry=False)
    assert len(calls) == 2 and not (root / ".venv" / "half").exists()
    assert "unfinished" not in bootstrap.read_state()


@pytest.mark.skipif(os.name != "posix", reason="asks the system's locks")
def test_a_command_ends_with_all_that_it_started(tmp_path, monkeypatch):
    import fcntl

    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    hold = (
        "import fcntl, time; file = open('held', 'w'); fcntl.flock(file, fcntl.LOCK_EX); "
        "open('yes', 'w'); time.sleep(600)"
    )
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}])"
    assert bootstrap.run_command([sys.executable, "-c", script], tmp_path / "log", seconds=3) == 124
    assert (tmp_path / "yes").exists()
    with (tmp_path / "held").open() as file:
        # would wait for ten minutes
        fcntl.flock(file, fcntl.LOCK_EX)
