"""`--profile submission` with the project's own profile: where the outputs are, and what is different in them."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from engine_project import ROOT, write_project

from publishing.__main__ import main
from publishing.engine.plan import Plan
from publishing.engine.render import finish_outputs, render

DOCUMENT = """---
title: A small paper
format:
  docx:
    reference-doc: _build/reference.docx
---

# Start {#sec-start}

```{python}
#| include: false
class Number:
    def _repr_markdown_(self):
        return '[0.79]{data-key="deaths.rr"}'
```

The ratio was `{python} Number()`.
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    root = write_project(tmp_path_factory.mktemp("profiles"), {"manuscript": DOCUMENT})
    shutil.copyfile(ROOT / "_quarto-submission.yml", root / "_quarto-submission.yml")
    return root


def controls(path: Path) -> bool:
    return b"<w:sdt>" in zipfile.ZipFile(path).read("word/document.xml")


def test_submission_has_its_own_folder_line_numbers_and_no_content_controls(project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    assert main(["render", "--engine", "builtin", "--profile", "submission", "manuscript.qmd"]) == 0
    folder = project / "_output/submission"
    # the file that verification reads is there, but not named among the outputs
    assert "1 files in" in capsys.readouterr().out
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.docx")) == [
        ".traced/manuscript.docx",
        "manuscript.docx",
    ]
    assert not controls(folder / "manuscript.docx")
    assert controls(folder / ".traced/manuscript.docx")
    document = docx.Document(str(folder / "manuscript.docx"))
    assert all(section._sectPr.find(qn("w:lnNumType")) is not None for section in document.sections)


def test_usual_render_is_not_changed_by_a_profile_that_was_not_asked_for(project):
    paths = render(Plan.of(project, [Path("manuscript.qmd")], "builtin", Path("usual")))
    assert [path.name for path in paths] == ["manuscript.docx"]
    assert controls(paths[0])
    assert docx.Document(str(paths[0])).element.body.find(f".//{qn('w:lnNumType')}") is None


def test_quarto_s_hook_reads_the_profile_and_keeps_the_controls_for_its_caller(project, tmp_path, monkeypatch):
    for name, kept in (("alone", False), ("called", True)):
        path = tmp_path / name / "manuscript.docx"
        path.parent.mkdir()
        shutil.copyfile(project / "_output/submission/.traced/manuscript.docx", path)
        if kept:
            monkeypatch.setenv("PUBLISHING_CALLED_QUARTO", "1")
        finish_outputs(project, [path], "submission")
        assert controls(path) is kept
        assert (path.parent / ".traced").is_dir() is not kept


def test_unknown_profile_ends_the_command_with_one_line(project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    for command in ("render", "verify"):
        assert main([command, "--profile", "sumbission"]) == 1
        said = capsys.readouterr().err
        assert said.startswith("Error: there is no profile 'sumbission' (those that exist: submission).")
        assert said.count("\n") == 1
