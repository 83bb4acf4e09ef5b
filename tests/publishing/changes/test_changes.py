"""``python -m publishing changes`` on a small paper whose data, code, prose and keys change between two commits."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.verify import small_project

#: the small paper, but each number has a row of its own and one number depends on another file of code
RESULTS = (
    small_project.RESULTS.replace("import matplotlib\n", "import matplotlib\nfrom scaling import FACTOR\n", 1)
    .replace(
        'return {row["key"]: {**row, "value": float(row["value"])} for row in csv.DictReader(file)}',
        "return {row['key']: scaled(row) for row in csv.DictReader(file)}\n\n\n"
        "def scaled(row):\n"
        "    if row['key'] != 'ratio.high':\n"
        "        return {**row, 'value': float(row['value'])}\n"
        "    return {**row, 'value': float(row['value']) * FACTOR}",
    )
    .replace('"rows": ["row-1"] if key != "trials" else ["row-1", "row-2"]', '"rows": [key]')
    .replace('"rows": {"row-1": {', '"rows": {key: {')
    .replace(
        '"obtained": "reported"},\n                 "row-2": {',
        '"obtained": "reported"} for key in found} or {"none": {',
    )
)
assert '"rows": [key],' in RESULTS and "for key in found} or" in RESULTS
MANUSCRIPT = small_project.MANUSCRIPT.replace("# Results", "The `{python} n('extra.old')` words.\n\n# Results")


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *identity, *arguments]
    environment = {
        "PATH": "/usr/bin:/bin",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_AUTHOR_DATE": "2026-01-31T13:00:00+01:00",
        "GIT_COMMITTER_DATE": "2026-01-31T13:00:00+01:00",
    }
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def put(folder: Path, name: str, *replaced: tuple[str, str]) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    for old, new in replaced:
        assert old in text, old
        text = text.replace(old, new)
    (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    """Two commits; the work tree is that of the second."""
    folder = small_project.write(tmp_path_factory.mktemp("versions") / "paper")
    (folder / "code" / "results.py").write_text(RESULTS, encoding="utf-8")
    (folder / "code" / "scaling.py").write_text("FACTOR = 1.0\n", encoding="utf-8")
    (folder / "manuscript.qmd").write_text(MANUSCRIPT, encoding="utf-8")
    (folder / ".gitignore").write_text("_build/\n_output/\n__pycache__/\n", encoding="utf-8")
    with (folder / "data" / "numbers.csv").open("a", encoding="utf-8") as file:
        file.write("extra.old,7.25,ratio\nextra.gone,3,count\n")
    put(folder, "manuscript.qmd", ("words.", "words and `{python} n('extra.gone')` more."))
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=first")
    git(folder, "tag", "submitted")
    put(
        folder,
        "data/numbers.csv",
        ("0.7912345", "0.8312345"),
        ("extra.old", "extra.renamed"),
        ("extra.gone,3", "extra.new,4"),
    )
    put(folder, "code/scaling.py", ("1.0", "1.1"))
    put(
        folder,
        "manuscript.qmd",
        ("extra.old", "extra.renamed"),
        ("words and `{python} n('extra.gone')` more", "other words and `{python} n('extra.new')`"),
        ("favoured therapy", "was lower with therapy"),
    )
    git(folder, "commit", "--all", "--quiet", "--message=second")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    hidden = (".git", "_build", "_output", "__pycache__")
    paths = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.as_posix(): (folder / path).read_bytes() for path in paths if not set(hidden) & set(path.parts)}


@pytest.fixture(scope="module")
def compared(repository) -> SimpleNamespace:
    """What the command said and wrote for the two commits."""
    before = files(repository)
    done = small_project.run(repository, "changes", "submitted", "HEAD")
    assert done.returncode == 0, done.stderr
    assert files(repository) == before
    names = [git(repository, "rev-parse", "--short=7", revision) for revision in ("submitted", "HEAD")]
    folder = repository / "_output" / f"changes-{names[0]}-{names[1]}"
    with (folder / "numbers.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["key"]: row for row in csv.DictReader(file)}
    page = (folder / "changes.html").read_text(encoding="utf-8")
    return SimpleNamespace(said=done.stdout, folder=folder, rows=rows, page=page)


def test_it_writes_a_page_a_table_and_a_docx_for_each_document(compared) -> None:
    names = sorted(path.name for path in compared.folder.iterdir())
    assert names == ["changes-manuscript.docx", "changes-supplement.docx", "changes.html", "numbers.csv"]


def test_a_number_moved_by_a_row_names_the_row(compared) -> None:
    row = compared.rows["ratio.estimate"]
    assert (row["change"], row["old_text"], row["new_text"]) == ("moved", "0.79", "0.83")
    assert (row["old_value"], row["new_value"], row["reason"]) == ("0.7912345", "0.8312345", "data rows")
    assert row["cause"].startswith("data/numbers.csv, row ratio.estimate: value 0.7912345 → 0.8312345")


def test_a_number_moved_by_code_names_the_file(compared) -> None:
    row = compared.rows["ratio.high"]
    assert (row["old_text"], row["new_text"], row["reason"]) == ("1.30", "1.43", "code")
    assert row["cause"] == "behind the code that computes it changed: code/scaling.py"


def test_places_are_those_of_the_text_the_tables_and_the_drawings(compared) -> None:
    places = compared.rows["ratio.estimate"]["places"]
    for place in ("Abstract", "Table\N{NO-BREAK SPACE}1", "drawing “plot”", "alternative text", "supplement"):
        assert place in places
    assert int(compared.rows["ratio.estimate"]["printings"]) > 5


def test_renamed_new_and_gone_numbers(compared) -> None:
    assert compared.rows["extra.renamed"]["change"] == "renamed"
    assert compared.rows["extra.renamed"]["old_key"] == "extra.old"
    assert (compared.rows["extra.gone"]["change"], compared.rows["extra.new"]["change"]) == ("gone", "new")
    assert set(compared.rows) == {"ratio.estimate", "ratio.high", "extra.renamed", "extra.gone", "extra.new"}


def test_the_page_tells_numbers_claims_rows_and_prose(compared) -> None:
    assert "<b>its words changed</b>" in compared.page and "was lower with therapy" in compared.page
    assert 'id="row-ratio.estimate"' in compared.page and "code/scaling.py" in compared.page
    assert "<del>0.79</del><ins>0.83</ins>" in compared.page
    assert "1 picture drawn otherwise" in compared.page
    assert "http" not in compared.page.partition("</style>")[0]


def test_the_summary_says_the_most_important(compared) -> None:
    assert "2 printed numbers moved, 2 of them visibly" in compared.said
    assert "0 reworded, 0 printed otherwise, 1 new, 1 gone, 1 renamed" in compared.said
    assert "ratio.high  1.30 → 1.43 (+10 %)" in compared.said


def test_it_gives_the_same_bytes_again_wherever_it_writes(repository, compared, tmp_path) -> None:
    target = tmp_path / "elsewhere"
    done = small_project.run(repository, "changes", "submitted", "HEAD", "--output", str(target))
    assert done.returncode == 0, done.stderr
    assert files(target) == files(compared.folder)


def test_a_claim_that_no_longer_holds_comes_first_and_is_shown_in_its_place(repository, tmp_path) -> None:
    folder = Path(shutil.copytree(repository, tmp_path / "paper"))
    put(folder, "data/numbers.csv", ("0.8312345", "1.05"))
    done = small_project.run(folder, "changes", "HEAD")
    assert done.returncode == 0, done.stderr
    line = MANUSCRIPT[: MANUSCRIPT.index("claim(")].count("\n") + 1
    assert "the working tree can't be rendered, its documents fail in 1 place" in done.stdout
    assert f"manuscript.qmd, line {line}: `claim(" in done.stdout
    assert "claim no longer holds: favours" in done.stdout
    (written,) = (folder / "_output").glob("changes-*-working-tree")
    page = (written / "changes.html").read_text(encoding="utf-8")
    assert page.index("✗ no longer holds") < page.index('<span class="was">0.83</span> → <b>1.05</b>')
    assert "<del>was lower with therapy</del><ins>" in page and "failed with AssertionError: favours.]" in page
    assert (written / "changes-manuscript.docx").is_file()


def test_documents_that_cannot_begin_leave_the_results(repository, tmp_path) -> None:
    folder = Path(shutil.copytree(repository, tmp_path / "paper"))
    put(folder, "data/numbers.csv", ("0.8312345", "0.85"))
    put(folder, "manuscript.qmd", ("from results import", "from no_results import"))
    done = small_project.run(folder, "changes", "HEAD")
    assert done.returncode == 0, done.stderr
    assert "the documents of the working tree can't be run: manuscript.qmd, line" in done.stdout
    assert "ratio.estimate  0.83 → 0.85" in done.stdout
    (written,) = (folder / "_output").glob("changes-*-working-tree")
    assert sorted(path.name for path in written.iterdir()) == ["changes.html", "numbers.csv"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "'nonsense' is no revision of this project, no ledger and no folder with a ledger. Remedy: "),
        (["--", "--all"], "'--all' is no revision"),
        (["code/results.py"], "is no revision"),
        (["HEAD~9"], "'HEAD~9' is no revision"),
    ],
)
def test_what_is_no_version_is_refused_in_one_message(repository, tmp_path, arguments, said) -> None:
    done = small_project.run(repository, "changes", "--output", str(tmp_path / "out"), *arguments)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_without_git_only_outputs_can_be_compared(tmp_path) -> None:
    folder = small_project.write(tmp_path / "paper")
    done = small_project.run(folder, "changes", "HEAD")
    assert done.returncode == 1
    assert "is not a git checkout" in done.stderr and "two folders of outputs" in done.stderr


def test_a_version_that_kept_no_ledger_or_has_no_results_says_so(repository, tmp_path) -> None:
    folder = Path(shutil.copytree(repository, tmp_path / "paper"))
    put(folder, "code/results.py", ("import csv", "import nothing_of_this_name"))
    git(folder, "commit", "--all", "--quiet", "--message=broken")
    put(folder, "_quarto.yml", (small_project.LEDGER, "\n"))
    git(folder, "commit", "--all", "--quiet", "--message=no ledger")
    done = small_project.run(folder, "changes", "HEAD", "HEAD")
    assert "HEAD (" in done.stderr and "the project kept no ledger then" in done.stderr
    done = small_project.run(folder, "changes", "HEAD~1", "submitted")
    assert "can't be run with the present installation" in done.stderr
    assert "nothing_of_this_name" in done.stderr and "Remedy: compare with a version" in done.stderr


@pytest.fixture(scope="module")
def rendered(repository, tmp_path_factory) -> Path:
    """The repository with the outputs of its second commit."""
    folder = Path(shutil.copytree(repository, tmp_path_factory.mktemp("rendered") / "paper"))
    done = small_project.run(folder, "render", "--engine", "builtin")
    assert done.returncode == 0, done.stderr
    return folder


NOT_RUN = "the documents were not run"


def test_where_the_data_alone_differ_the_results_are_compared(rendered, tmp_path) -> None:
    folder = Path(shutil.copytree(rendered, tmp_path / "paper"))
    put(folder, "data/numbers.csv", ("0.8312345", "1.05"))
    done = small_project.run(folder, "changes", "HEAD")
    assert done.returncode == 0, done.stderr
    assert NOT_RUN in done.stdout and "read HEAD" not in done.stdout
    line = MANUSCRIPT[: MANUSCRIPT.index("claim(")].count("\n") + 1
    assert f"manuscript.qmd, line {line}: the claim 'favours' does not hold (the ratio is below 1)" in done.stdout
    assert "claim no longer holds: favours" in done.stdout
    assert "ratio.estimate  0.83 → 1.05 (+26.3 %)" in done.stdout
    written = folder / "_output" / f"changes-{git(folder, 'rev-parse', '--short=7', 'HEAD')}-working-tree"
    assert sorted(path.name for path in written.iterdir()) == ["changes.html", "numbers.csv"]
    with (written / "numbers.csv").open(encoding="utf-8", newline="") as file:
        (row,) = (row for row in csv.DictReader(file) if row["key"] == "ratio.estimate")
    for place in ("Abstract", "Table 1", "figure text of Figure 1", "alternative text", "supplement"):
        assert place in row["places"].replace("\N{NO-BREAK SPACE}", " ")
    assert "row ratio.estimate: value 0.8312345 → 1.05" in row["cause"]


def test_the_quick_way_finds_the_numbers_that_the_long_way_finds(rendered, tmp_path) -> None:
    folder = Path(shutil.copytree(rendered, tmp_path / "paper"))
    put(folder, "data/numbers.csv", ("0.8312345", "0.85"), ("trials,5", "trials,6"))
    found = []
    for options in ((), ("--text",)):
        done = small_project.run(folder, "changes", "HEAD", "--output", str(tmp_path / f"out{len(found)}"), *options)
        assert done.returncode == 0, done.stderr
        assert (NOT_RUN in done.stdout) is not bool(options)
        with (tmp_path / f"out{len(found)}" / "numbers.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found.append({(one["change"], one["key"], one["old_text"], one["new_text"], one["cause"]) for one in rows})
    assert found[0] == found[1] and len(found[0]) == 2


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("code/scaling.py", "1.1", "1.2"),
        ("manuscript.qmd", "# Results {", "# Findings {"),
        ("_quarto.yml", "toc-title: Contents", "toc-title: Within"),
    ],
)
def test_where_more_than_the_data_differ_the_documents_are_run(rendered, tmp_path, name, old, new) -> None:
    folder = Path(shutil.copytree(rendered, tmp_path / "paper"))
    put(folder, "data/numbers.csv", ("0.8312345", "0.85"))
    put(folder, name, (old, new))
    done = small_project.run(folder, "changes", "HEAD")
    assert done.returncode == 0, done.stderr
    assert NOT_RUN not in done.stdout and "read HEAD" in done.stdout


def test_outputs_of_other_data_tell_nothing(rendered, tmp_path) -> None:
    folder = Path(shutil.copytree(rendered, tmp_path / "paper"))
    put(folder, "data/numbers.csv", ("0.8312345", "0.85"))
    git(folder, "commit", "--all", "--quiet", "--message=third")
    put(folder, "data/numbers.csv", ("0.85", "0.86"))
    done = small_project.run(folder, "changes", "HEAD")
    assert done.returncode == 0, done.stderr
    assert NOT_RUN not in done.stdout


CHECK = """
import sys
print("asked        1\\nseals        1\\n")
text = open("data/numbers.csv").read()
for number, line in enumerate(text.splitlines(), 1):
    if "bad" in line:
        print(f"data/numbers.csv, line {number}: not sealed; run: seal\\n")
sys.exit("bad" in text)
"""


def test_bad_data_are_said_before_anything_is_computed(repository, tmp_path) -> None:
    folder = Path(shutil.copytree(repository, tmp_path / "paper"))
    (folder / "code" / "check.py").write_text(CHECK, encoding="utf-8")
    put(folder, "_quarto.yml", ("ledger:\n", "ledger:\n  check: python code/check.py\n"))
    put(folder, "data/numbers.csv", ("extra.renamed,", "bad.one,"), ("extra.new,", "bad.two,"))
    done = small_project.run(folder, "changes", "HEAD")
    assert done.returncode == 1
    assert "the working tree has no results to compare, says 'python code/check.py'" in done.stderr
    assert done.stderr.count("not sealed; run: seal") == 2 and "asked " not in done.stderr
    assert "read HEAD" not in done.stdout and done.stderr.count("Remedy:") == 1


def test_all_failing_places_are_said(repository, tmp_path) -> None:
    folder = Path(shutil.copytree(repository, tmp_path / "paper"))
    put(
        folder,
        "manuscript.qmd",
        ("# Results {", "\n".join("`{python} n('nowhere')`\n" for _ in range(8)) + "\n# Results {"),
    )
    done = small_project.run(folder, "changes", "HEAD")
    assert done.returncode == 0, done.stderr
    assert "its documents fail in 8 places" in done.stdout
    assert done.stdout.count("`n('nowhere')` failed") == 8


#: what a comparison needs, as `analysis catalogue --only` gives it
VALUES = """
import json, subprocess, sys
from pathlib import Path

keys, file = map(Path, sys.argv[1:3])
subprocess.run([sys.executable, "code/results.py", str(file)], check=True)
whole, wanted = json.loads(file.read_text()), set(json.loads(keys.read_text()))
needed = ("value", "kind", "meaning", "texts", "rows", "reportable")
entries = {key: {name: one.get(name) for name in needed} for key, one in whole["entries"].items() if key in wanted}
file.write_text(json.dumps({"entries": entries, "rows": whole["rows"], "claims": whole["claims"]}))
"""


def test_values_alone_and_kept_answers_give_the_same_report_and_are_never_stale(
    repository, rendered, tmp_path
) -> None:
    folder = Path(shutil.copytree(repository, tmp_path / "paper"))
    (folder / "code" / "values.py").write_text(VALUES, encoding="utf-8")
    put(folder, "_quarto.yml", ("ledger:\n", "ledger:\n  values: python code/values.py {keys} {file}\n"))
    (folder / "code" / "check.py").write_text(CHECK, encoding="utf-8")
    put(folder, "_quarto.yml", ("ledger:\n", "ledger:\n  check: python code/check.py\n"))
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=values")
    assert small_project.run(folder, "render", "--engine", "builtin").returncode == 0
    answers = folder / "_build" / "answers"

    def numbers(value: str, *, kept: bool) -> bytes:
        if not kept:
            shutil.rmtree(answers)
        put(folder, "data/numbers.csv", ("0.8312345", value))
        done = small_project.run(folder, "changes", "HEAD", "--output", str(tmp_path / "out"))
        assert done.returncode == 0 and NOT_RUN in done.stdout, done.stderr
        git(folder, "checkout", "--", "data")
        return files(tmp_path / "out")["numbers.csv"]

    first, other, again = numbers("1.05", kept=False), numbers("0.95", kept=True), numbers("1.05", kept=True)
    assert first == again and b"1.05" in first and b"1.05" not in other and b"0.95" in other
    assert len(list(answers.iterdir())) == 2
    # a project without the command is asked for everything, and says the same
    whole = Path(shutil.copytree(rendered, tmp_path / "whole"))
    put(whole, "data/numbers.csv", ("0.8312345", "1.05"))
    done = small_project.run(whole, "changes", "HEAD", "--output", str(tmp_path / "all"))
    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "all")["numbers.csv"] == first
    # without results it says what is wrong with the data, as it does where documents are run
    put(folder, "data/numbers.csv", ("0.8312345", "bad"))
    done = small_project.run(folder, "changes", "HEAD")
    assert (done.returncode, done.stderr.count("Remedy:")) == (1, 1)
    assert "has no results to compare, says 'python code/check.py'" in done.stderr
    assert done.stderr.count("not sealed; run: seal") == 1
