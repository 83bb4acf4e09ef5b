"""Outputs are whole or untouched, whatever comes between: a file in use, a signal, a second render."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import pytest
import small_project

from publishing.project import outputs
from publishing.project.errors import PublishingError
from publishing.project.outputs import Stage, publish

RENDER = [sys.executable, "-m", "publishing", "render", "--engine", "builtin", "--force"]
ON_LINUX = Path("/proc/self/environ").exists()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def stage(tmp_path) -> Stage:
    """Three new outputs on their way into a folder that holds two of them, and another one."""
    made = Stage(tmp_path / "work", tmp_path / "work" / "out")
    (made.out / "figures").mkdir(parents=True)
    (tmp_path / "_output").mkdir()
    for name in ("a.html", "b.docx", "figures/c.png"):
        (made.out / name).write_text(f"new {name}")
    for name in ("a.html", "b.docx", "other.txt"):
        (tmp_path / "_output" / name).write_text(f"old {name}")
    return made


def test_all_outputs_are_replaced_and_nothing_else_is_left(stage, tmp_path):
    folder = tmp_path / "_output"
    assert publish(stage, folder) == [folder / name for name in ("a.html", "b.docx", "figures/c.png")]
    assert contents(folder) == {
        "a.html": b"new a.html", "b.docx": b"new b.docx", "figures/c.png": b"new figures/c.png",
        "other.txt": b"old other.txt",
    }  # fmt: skip


@pytest.mark.parametrize("stuck", ["a.html", "b.docx", "figures/c.png"])
@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM, errno.EBUSY])
def test_a_file_that_can_t_be_replaced_leaves_all_old_ones(stage, tmp_path, monkeypatch, stuck, code):
    folder = tmp_path / "_output"
    before = contents(folder)
    replace = os.replace

    def refuse(source, target):
        if str(target).endswith(stuck) and str(source).endswith(".new"):
            raise OSError(code, os.strerror(code))
        replace(source, target)

    monkeypatch.setattr(outputs.os, "replace", refuse)
    with pytest.raises(PublishingError) as caught:
        publish(stage, folder)
    assert f"{folder / stuck} can't be replaced" in str(caught.value)
    assert "close it in other programs" in str(caught.value)
    assert contents(folder) == before and not (folder / "figures").exists()


def test_a_file_without_a_second_name_is_put_back_too(stage, tmp_path, monkeypatch):
    # as on file systems without hard links
    def refuse(*_):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(outputs.os, "link", refuse)
    test_a_file_that_can_t_be_replaced_leaves_all_old_ones(stage, tmp_path, monkeypatch, "b.docx", errno.EACCES)


def test_a_folder_in_the_place_of_a_file(stage, tmp_path):
    folder = tmp_path / "_output"
    (folder / "b.docx").unlink()
    (folder / "b.docx").mkdir()
    before = contents(folder)
    with pytest.raises(PublishingError, match=r"b\.docx can't be replaced \(a folder stands in its place\)"):
        publish(stage, folder)
    assert contents(folder) == before


def test_a_full_disk_leaves_all_old_ones(stage, tmp_path, monkeypatch):
    folder = tmp_path / "_output"
    before = contents(folder)

    def fill(source, target):
        Path(target).write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(outputs.shutil, "copyfile", fill)
    with pytest.raises(PublishingError, match=r"can't be written to .*No space left"):
        publish(stage, folder)
    assert contents(folder) == before


def start(folder: Path, temporary: Path, **more: str) -> subprocess.Popen[str]:
    environment = {"PYTHONPATH": str(small_project.ROOT), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **more}
    environment["TMPDIR"] = str(temporary)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(RENDER, cwd=folder, env=environment, text=True, **streams)


def still_running(mark: str) -> list[str]:
    """What runs with ``mark`` in its environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            # it ended meanwhile, or is another's
            continue
    return found


@pytest.mark.skipif(not ON_LINUX, reason="asks Linux what runs")
@pytest.mark.parametrize(
    ("name", "said"),
    [("SIGTERM", "read configuration"), ("SIGHUP", "check references"), ("SIGINT", "run manuscript"),
     ("SIGTERM", "write "), ("SIGHUP", "trace every")],
)  # fmt: skip
def test_a_signal_ends_all_and_changes_nothing(copy, name, said):
    before, mark = contents(copy / "_output"), uuid.uuid4().hex
    # the path of a kernel's socket may have about a hundred characters
    temporary = Path(tempfile.mkdtemp(prefix="signal-"))
    process = start(copy, temporary, MARK=mark)
    assert process.stdout is not None
    told: list[str] = []
    for line in process.stdout:
        told.append(line)
        if said in line:
            break
    else:
        raise AssertionError(f"{''.join(told)}\n{process.communicate()[1]}")
    process.send_signal(getattr(signal, name))
    _, errors = process.communicate()
    # a signal that comes while the outputs are put in their place waits until they are
    if process.returncode != 0:
        assert process.returncode == 128 + getattr(signal, name)
        assert errors == f"Ended by {name}; the previous outputs are as they were.\n"
        assert contents(copy / "_output") == before
    assert still_running(mark) == []
    assert not list((copy / "_build").glob("render-*"))
    assert not list(temporary.glob("kernel-*"))
    temporary.rmdir()
    assert not [path for path in (copy / "_output").iterdir() if path.name.startswith(".")]


def test_what_a_killed_render_left_is_removed_by_the_next(copy):
    left = copy / "_build" / "render-killed"
    (left / "out").mkdir(parents=True)
    (left / "out" / "manuscript.html").write_text("half")
    assert small_project.run(copy, "render", "--engine", "builtin", "--force").returncode == 0
    assert not left.exists()


def test_a_command_of_the_render_itself_does_not_wait_for_it(copy):
    settings = copy / "_quarto.yml"
    text = settings.read_text(encoding="utf-8")
    changed = text.replace("post-render: python -m publishing finish", "post-render: python -m publishing verify")
    assert changed != text
    settings.write_text(changed, encoding="utf-8")
    done = small_project.run(copy, "render", "--engine", "builtin", "--force")
    # the old outputs are verified, which the hook's own change has made stale
    assert done.returncode == 1 and "the outputs are stale: configuration changed" in done.stderr


def test_a_second_render_waits_for_the_first(copy, tmp_path):
    before = contents(copy / "_output")
    first = start(copy, tmp_path)
    assert first.stdout is not None
    assert any("check references" in line for line in first.stdout)
    second = start(copy, tmp_path)
    said, errors = second.communicate()
    assert second.returncode == 0, errors
    assert f"another run of this project (process {first.pid}) is going on; waiting for its end" in said
    # it had to wait until the first was done
    assert first.wait() == 0
    assert contents(copy / "_output") == before
