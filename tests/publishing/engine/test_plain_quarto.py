"""Quarto run by itself calls our hooks: they say what to do, and what its outputs are not."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from engine_project import ROOT, configuration, write_project

from publishing.engine import quarto
from publishing.engine.render import finish_outputs

LEDGER = """
ledger:
  catalogue: python results.py {file}
  recompute: python results.py {file}
  data: [data]
  code: [code]
  lock: requirements.lock
  allowed-numerals: allowed_numerals.yml
"""


@pytest.mark.parametrize("command", ["prepare", "finish", "render"])
def test_a_python_without_the_packages_says_what_to_do_in_one_line(tmp_path, command):
    write_project(tmp_path, {})
    # without the packages of its environment, as the Python that Quarto finds outside of it
    done = subprocess.run(
        [sys.executable, "-S", "-m", "publishing", command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    said = done.stderr.strip().splitlines()
    assert len(said) == 1 and said[0].startswith(
        f"Error: the Python that runs this, {sys.executable}, has no package '"
    )
    assert "make env" in said[0] and ". .venv/bin/activate" in said[0]


def test_plain_outputs_are_said_not_to_be_verified(tmp_path, monkeypatch, capsys):
    write_project(tmp_path, {}, configuration() + LEDGER)
    monkeypatch.delenv(quarto.CALLED, raising=False)
    finish_outputs(tmp_path, [])
    assert "Not verified" in (said := capsys.readouterr().out) and "make paper ENGINE=quarto" in said
    monkeypatch.setenv(quarto.CALLED, "1")
    finish_outputs(tmp_path, [])
    assert not capsys.readouterr().out


def test_a_project_without_ledger_hears_nothing_of_it(tmp_path, monkeypatch, capsys):
    write_project(tmp_path, {})
    monkeypatch.delenv(quarto.CALLED, raising=False)
    finish_outputs(tmp_path, [])
    assert not capsys.readouterr().out
