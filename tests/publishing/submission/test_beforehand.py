"""What a bundle refuses, and what it says is open, before anything is rendered."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from engine_project import ROOT
from submission_project import AUTHORS, MANUSCRIPT, SUBMISSION, Made, settings, write_submission

from publishing.project.configuration import Project, load_project
from publishing.project.document import read_document
from publishing.project.errors import PublishingError
from publishing.project.progress import Progress
from publishing.submission import beforehand, bundle
from publishing.submission.authors import authors
from publishing.submission.findings import Status, findings
from publishing.submission.measures import Subject
from publishing.submission.profile import load_profile
from publishing.submission.sources import ProjectFiles

FILES = ProjectFiles((), "", "", ())
LEDGER = """ledger:
  catalogue: python -m nothing
  recompute: python -m nothing
  data: [numbers]
  code: [words]
  lock: LICENSE
  allowed-numerals: words/allowed.yml

execute:"""
UNFILLED = 'author: "[Authors: to be named]"\nfunding: "[to be stated]"\ndeclarations: {ethics: None.}\n\n'


def _check(folder: Path, profile: str = "bmc-research", *, strict: bool = False) -> None:
    project = load_project(folder)
    documents = [read_document(path) for path in project.documents]
    known = beforehand.standing(project, documents, FILES)
    beforehand.check_before(project, documents, load_profile(profile), known, Progress(), strict=strict)


def _project(folder: Path, paragraph: str = "", configured: str | None = None) -> Path:
    text = MANUSCRIPT.replace("# Results {#sec-results}", f"{paragraph}\n\n# Results {{#sec-results}}")
    return write_submission(folder / "project", text, configured)


def test_placeholders_are_said_to_be_open_and_stop_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _check(_project(tmp_path, configured=settings(UNFILLED)))
    said = capsys.readouterr().out
    for subject in (
        "statement: funding", "statement: competing interests", "statement: authors’ contributions",
        "statement: availability of data and materials", "declaration: use of automated tools",
        "declaration: registration", "authors", "corresponding author",
    ):  # fmt: skip
        assert f"OPEN      {subject}: " in said, subject
    assert "ethics" not in said


def test_what_is_filled_in_is_not_mentioned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _check(_project(tmp_path))
    assert "OPEN" not in capsys.readouterr().out


def test_the_lint_counts_a_placeholder_as_open_though_a_paragraph_begins_with_its_name(small_paper: Subject) -> None:
    profile = load_profile("bmc-research")
    stated = authors({"author": [{"name": "Ada Lovelace", "email": "a@b.example", "corresponding": True}]})

    def statuses(declared: beforehand.Declared | None) -> dict[str, Status]:
        found = findings(profile, small_paper, beforehand.Standing(stated, declared, FILES))
        return {one.subject: one.status for one in found}

    given = dict.fromkeys(("funding", "contributions", "ethics"), "None.")
    met = statuses(beforehand.Declared(given))
    assert met["statement: funding"] is met["statement: authors’ contributions"] is Status.MET
    waiting = statuses(beforehand.Declared({**given, "funding": None, "contributions": None}))
    assert waiting["statement: funding"] is waiting["statement: authors’ contributions"] is Status.OPEN
    # no paragraph speaks of it, so that the words are missing whatever is declared
    assert waiting["statement: competing interests"] is Status.BROKEN
    assert statuses(None)["statement: funding"] is Status.OPEN


@pytest.mark.parametrize("strict", [True, False])
def test_a_demand_that_cannot_wait_stops_the_bundle_before_it_is_rendered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, strict: bool
) -> None:
    profile = load_profile("plos-one")
    if not strict:
        first, *others = profile.statements
        profile = replace(profile, statements=(replace(first, needed=True), *others))
    monkeypatch.setattr(bundle, "load_profile", lambda _: profile)
    project = _project(tmp_path, configured=settings(UNFILLED))
    with pytest.raises(PublishingError, match=r"demands? of PLOS ONE (?:are|is) not met: statement: data avail"):
        bundle.make(project, "plos-one", strict=strict)
    assert not (project / "_output").exists() and not (project / "_build").exists()


@pytest.mark.parametrize(
    ("paragraph", "found"),
    [
        ("We, Ada Lovelace among us, read.", "Ada Lovelace"),
        ("The work was done at the Analytical\nSociety, London.", "Analytical Society, London"),
        ("Write to ada@analytical.example.", "ada@analytical.example"),
    ],
)
def test_a_name_is_found_in_the_source_with_its_line(tmp_path: Path, paragraph: str, found: str) -> None:
    project = _project(tmp_path, paragraph)
    with pytest.raises(PublishingError, match=f"“{found}” would stand in the blinded manuscript") as failure:
        _check(project)
    lines = (project / "manuscript.qmd").read_text(encoding="utf-8").splitlines()
    assert failure.value.line is not None and lines[failure.value.line - 1] == paragraph.split("\n")[0]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Patients of an intensive care unit, in a society of London.",
        "**Authors’ contributions.** Ada Lovelace wrote.",
        "## Authors’ contributions {#sec-who}\n\nAda Lovelace wrote.\n\n### More {#sec-more}\n\nShe did.",
    ],
)
def test_a_department_or_a_city_by_itself_and_hidden_passages_name_nobody(tmp_path: Path, paragraph: str) -> None:
    unit = AUTHORS.replace(
        "      - name: Analytical", "      - department: Intensive Care Unit\n        name: Analytical"
    )
    assert unit != AUTHORS
    _check(_project(tmp_path, paragraph, settings(unit)))


def test_after_a_hidden_section_names_are_found_again(tmp_path: Path) -> None:
    text = "## Authors’ contributions {#sec-who}\n\nAda Lovelace wrote.\n\n## More {#sec-more}\n\nAda Lovelace did."
    with pytest.raises(PublishingError, match="Ada Lovelace"):
        _check(_project(tmp_path, text))


def test_a_name_in_a_declaration_that_the_text_prints_is_found(tmp_path: Path) -> None:
    named = settings(AUTHORS.replace("ethics: Nobody took part.", "ethics: Ada Lovelace took part."))
    printed = '**Ethics of it.** `{python} declarations.say(n, "ethics")`'
    with pytest.raises(PublishingError, match="“Ada Lovelace” would stand"):
        _check(_project(tmp_path / "a", printed, named))
    hidden = named.replace("[Authors' contributions]", "[Authors' contributions, Ethics]")
    _check(_project(tmp_path / "b", printed, hidden))


def test_a_journal_whose_reviewers_know_the_authors_lets_names_stand(tmp_path: Path) -> None:
    _check(_project(tmp_path, "We, Ada Lovelace among us, read."), "plos-one")


def _with_allowance(folder: Path, entry: str) -> Path:
    configured = settings(submission=SUBMISSION).replace("execute:", LEDGER, 1)
    project = _project(folder, "Of 17 *things*, none.", configured)
    for name in ("numbers", "words"):
        (project / name).mkdir()
    (project / "words" / "said.py").write_text('TEXT = "up to 23 signs"\n', encoding="utf-8")
    (project / "words" / "allowed.yml").write_text(
        f"- text: Of 17 things\n  reason: it stands in the text\n- text: 23 signs\n  reason: code says it\n{entry}",
        encoding="utf-8",
    )
    return project


def test_an_allowance_that_nothing_can_use_is_refused_with_its_line(tmp_path: Path) -> None:
    project = _with_allowance(tmp_path, "- text: CRD42\n  reason: number of a registration\n")
    with pytest.raises(PublishingError, match=r"“CRD42” is allowed and 'CRD42' stands in no document") as failure:
        _check(project)
    assert (failure.value.line, failure.value.source) == (5, project / "words" / "allowed.yml")


def test_an_allowance_for_a_document_that_is_not_there_is_refused(tmp_path: Path) -> None:
    project = _with_allowance(tmp_path, "- text: 17\n  reason: stands there\n  documents: [letter]\n")
    with pytest.raises(PublishingError, match="for letter, which is no document"):
        _check(project)


def test_allowances_that_text_or_code_can_use_pass(tmp_path: Path) -> None:
    _check(_with_allowance(tmp_path, ""))


def test_the_projects_own_allowances_pass() -> None:
    project: Project = load_project(ROOT)
    _check(project.root)


def _refused(folder: Path, author: str, files: ProjectFiles = FILES) -> tuple[PublishingError, list[str]]:
    """The error of a strict check, and the lines of the configuration."""
    folder = _project(folder, configured=settings(author))
    project = load_project(folder)
    documents = [read_document(path) for path in project.documents]
    known = beforehand.standing(project, documents, files)
    with pytest.raises(PublishingError) as failure:
        beforehand.check_before(project, documents, load_profile("plos-one"), known, Progress(), strict=True)
    return failure.value, (folder / "_quarto.yml").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("removed", "found", "remedy", "near"),
    [
        ("    email: ada@analytical.example\n", "Ada Lovelace has no e-mail address", "add 'email:'", "Ada Lovelace"),
        ("    corresponding: true\n", "no author is marked so", "write 'corresponding: true'", "author:"),
    ],
)
def test_nobody_to_write_to_is_said_with_the_reason_and_the_place(
    tmp_path: Path, removed: str, found: str, remedy: str, near: str
) -> None:
    error, lines = _refused(tmp_path, AUTHORS.replace(removed, ""))
    assert f"1 demand of PLOS ONE is not met: corresponding author ({found})" in str(error)
    assert error.remedy is not None and remedy in error.remedy and "state in it" not in str(error)
    assert error.line is not None and near in lines[error.line - 1]


def test_files_that_are_not_committed_are_to_be_committed_and_no_line_is_blamed(tmp_path: Path) -> None:
    changed = replace(FILES, commit="0123456789abcdef", changes=("data/counts.csv",))
    error, _ = _refused(tmp_path / "a", AUTHORS, changed)
    assert str(error).startswith("1 demand of PLOS ONE is not met: data and code (1 uncommitted: data/counts.csv). ")
    assert error.source is None and error.remedy is not None and error.remedy.startswith("commit these files")

    error, lines = _refused(tmp_path / "b", AUTHORS.replace("funding: None.", 'funding: "[to be stated]"'), changed)
    number = 1 + next(index for index, line in enumerate(lines) if line.startswith("funding:"))
    told = str(error).splitlines()
    assert told[0].endswith("2 demands of PLOS ONE are not met: statement: funding, data and code.") or len(told) == 3
    assert any(f"state it under 'funding' (_quarto.yml, line {number})" in line for line in told)
    assert any("data and code" in line and "commit these files" in line for line in told[1:])


@pytest.mark.parametrize("proof", ["these very outputs", ""])
def test_the_abstract_is_measured_before_rendering_when_the_last_render_is_up_to_date(
    bundle: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], proof: str
) -> None:
    folder = _project(tmp_path)
    (folder / "_output").mkdir()
    shutil.copyfile(bundle.folder / "manuscript.docx", folder / "_output" / "manuscript.docx")
    monkeypatch.setattr(beforehand.freshness, "of", lambda *_: SimpleNamespace(proof=lambda: proof))
    profile = load_profile("plos-one")
    short = replace(next(one for one in profile.limits if one.measure == "abstract-words"), most=10)
    project = load_project(folder)
    documents = [read_document(path) for path in project.documents]
    known = beforehand.standing(project, documents, FILES)
    arguments = (project, documents, replace(profile, limits=(short,), abstract=None), known, Progress())
    if proof:
        with pytest.raises(PublishingError, match=r"1 demand .* is not met: abstract \(13 words\)"):
            beforehand.check_before(*arguments, strict=True)
        assert "BROKEN    abstract: 13 words (wanted: at most 10 words)" in capsys.readouterr().out
    else:
        beforehand.check_before(*arguments, strict=True)
        assert "the abstract's length and other limits are measured after rendering" in capsys.readouterr().out


def test_what_the_paper_calls_not_done_is_open(small_paper: Subject) -> None:
    profile = load_profile("bmc-research")
    said = ("Four more words", "No such words")
    found = findings(profile, small_paper, beforehand.Standing((), None, FILES), said)
    ours = [one for one in found if one.subject == "the paper’s own words"]
    assert [(one.status, one.found) for one in ours] == [(Status.OPEN, "“Four more words …”")]
