"""The Quarto engine's side of the contract, against a stand-in for the command that does what it is told."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from engine_project import write_project

from publishing.engine import quarto
from publishing.engine.plan import Plan
from publishing.engine.render import render
from publishing.project.errors import PublishingError

COMMAND = """#!{python}
import os, pathlib, sys
if sys.argv[1:] == ["--version"]:
    print(os.environ["STAND_IN_VERSION"])
    sys.exit()
target = pathlib.Path(sys.argv[sys.argv.index("--output-dir") + 1])
target.mkdir(parents=True, exist_ok=True)
for name in os.environ["STAND_IN_MAKES"].split():
    (target / name).parent.mkdir(exist_ok=True)
    (target / name).write_text(" ".join([os.environ["SOURCE_DATE_EPOCH"], os.environ["QUARTO_PYTHON"]]))
    print("[1/2]", name)
pathlib.Path("manuscript.typ").write_text("left beside the document")
pathlib.Path("manuscript_files").mkdir()
above = [path.read_text() for path in pathlib.Path().glob("_quarto-render-*.yml")]
pathlib.Path("profiles.txt").write_text("\\n".join([os.environ["QUARTO_PROFILE"], *above]))
print(os.environ["STAND_IN_SAYS"])
sys.exit(int(os.environ["STAND_IN_STATUS"]))
"""
ALL = "manuscript.html manuscript.pdf manuscript.docx supplement.html supplement.pdf supplement.docx"


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """Install the stand-in; call the result to say what it makes, says and returns."""
    command = tmp_path / "bin" / "quarto"
    command.parent.mkdir()
    command.write_text(COMMAND.format(python=sys.executable), encoding="utf-8")
    command.chmod(0o755)
    which = shutil.which
    monkeypatch.setattr(
        quarto.shutil, "which", lambda name, *a, **k: str(command) if name == "quarto" else which(name, *a, **k)
    )

    def tell(makes: str = ALL, says: str = "", status: int = 0, version: str = "1.10.18") -> None:
        for name, value in {"MAKES": makes, "SAYS": says, "STATUS": str(status), "VERSION": version}.items():
            monkeypatch.setenv(f"STAND_IN_{name}", value)

    tell()
    return tell


@pytest.fixture
def project(tmp_path) -> Path:
    root = write_project(tmp_path / "paper", {})
    (root / "_output").mkdir()
    (root / "_output/manuscript.html").write_text("former")
    return root


def unchanged(root: Path) -> bool:
    return [(path.name, path.read_text()) for path in (root / "_output").iterdir()] == [("manuscript.html", "former")]


def test_outputs_are_moved_and_loose_pictures_are_not(stand_in, project, monkeypatch, capsys):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    stand_in(makes=f"{ALL} manuscript_files/a.svg _picture.png")
    paths = render(Plan.of(project, [], "quarto"))
    assert sorted(path.name for path in paths) == sorted(ALL.split())
    assert (project / "_output/manuscript.html").read_text() == f"1700000000 {sys.executable}"
    assert "[1/2] supplement.pdf" in capsys.readouterr().out
    assert not list((project / "_build").glob("render-*"))


def test_auto_takes_quarto_where_it_is(stand_in, project, capsys):
    render(Plan.of(project, [], "auto"))
    assert "quarto render" in capsys.readouterr().out


def test_chosen_documents_are_rendered_one_by_one(stand_in, project, capsys):
    stand_in(makes="supplement.html supplement.pdf supplement.docx")
    paths = render(Plan.of(project, [Path("supplement.qmd")], "quarto"))
    assert len(paths) == 3
    assert "quarto render supplement.qmd" in capsys.readouterr().out


def test_profile_and_overrides_reach_quarto_as_profiles(stand_in, project):
    (project / "_quarto-draft.yml").write_text("lang: fr\n")
    render(Plan.of(project, [], "quarto", None, "draft", {"lang": "de"}))
    names, *above = (project / "profiles.txt").read_text().splitlines()
    assert names.endswith(",draft") and names.startswith("render-")
    assert above == ["lang: de"]
    assert not list(project.glob("_quarto-render-*"))
    render(Plan.of(project, [], "quarto"))
    assert (project / "profiles.txt").read_text() == ""


def test_too_old_is_refused_when_asked_for_and_passed_over_otherwise(stand_in):
    stand_in(version="1.8.26")
    assert quarto.find(required=False) is None
    with pytest.raises(PublishingError, match=r"Quarto 1\.8\.26 is too old"):
        quarto.find(required=True)


def test_missing_is_refused_when_asked_for(monkeypatch):
    monkeypatch.setattr(quarto.shutil, "which", lambda *a, **k: None)
    assert quarto.find(required=False) is None
    with pytest.raises(PublishingError, match="Quarto is not installed") as caught:
        quarto.find(required=True)
    assert "--engine builtin" in (caught.value.remedy or "")


def test_command_that_does_not_start_counts_as_missing(stand_in, tmp_path):
    (tmp_path / "bin/quarto").write_text("#!/no/such/interpreter\n")
    assert quarto.find(required=False) is None


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (
            "  Cell 1/3: 'setup'...Done\n  Cell 2/3: 'fig-a'...\nValueError: no such trial\nat file:///quarto.js",
            "ValueError: no such trial",
        ),
        ("crossref: unknown cross-reference @fig-x\nERROR: pandoc failed", "unknown cross-reference @fig-x"),
        ("Error: manuscript.qmd, line 7: the citation @x is not", "manuscript.qmd, line 7"),
        ("ERROR: error:\nerror: PDF/UA-1 error: missing alt text", "PDF/UA-1 error: missing alt text"),
        ("\x1b[31mERROR: YAML is bad\x1b[0m", "ERROR: YAML is bad"),
    ],
)
def test_failure_keeps_the_outputs_and_says_why(stand_in, project, says, words):
    stand_in(makes="manuscript.html", says=says, status=1)
    with pytest.raises(PublishingError, match="Quarto stopped") as caught:
        render(Plan.of(project, [], "quarto"))
    assert words in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert unchanged(project)
    assert not list(project.glob("manuscript?typ")) and not list(project.glob("*_files"))


@pytest.mark.parametrize(
    "says",
    [
        "[WARNING] Citeproc: citation nobody2020 not found",
        "WARNING (main.lua:1) Unable to resolve crossref @fig-x",
        "warning: unknown font family: no such serif",
        "ERROR (publishing/filters/crossref.lua:5) boom",
        "[WARNING] Could not fetch resource none.png",
    ],
)
def test_warning_that_an_output_lacks_something_is_an_error(stand_in, project, says):
    stand_in(says=says)
    with pytest.raises(PublishingError, match="Quarto warns"):
        render(Plan.of(project, [], "quarto"))
    assert unchanged(project)


def test_output_that_was_not_made_is_noticed(stand_in, project):
    stand_in(makes=ALL.replace("supplement.pdf ", ""))
    with pytest.raises(PublishingError, match=r"supplement\.qmd: Quarto made no supplement\.pdf"):
        render(Plan.of(project, [], "quarto"))
    assert unchanged(project)


def test_documents_are_checked_before_quarto_is_called(stand_in, project, capsys):
    text = (project / "manuscript.qmd").read_text()
    (project / "manuscript.qmd").write_text(text + "\nSee @fig-none.\n")
    with pytest.raises(PublishingError, match="@fig-none points to nothing"):
        render(Plan.of(project, [], "quarto"))
    assert "quarto render" not in capsys.readouterr().out
    assert os.listdir(project / "_output") == ["manuscript.html"]
