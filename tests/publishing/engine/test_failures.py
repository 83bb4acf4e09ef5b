"""A render that fails: one readable message with document, line and remedy, and the previous outputs untouched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from engine_project import FRONT, ROOT, configuration, line_of, write_project

from publishing.engine.plan import Plan
from publishing.engine.render import render
from publishing.project.errors import PublishingError
from publishing.project.hooks import told

HELPERS = """
```{python}
def ratio(events):
    return 1 / events

ratio(2)
```
"""

FAILURES = {
    "failing line of a cell": (
        HELPERS + "\n```{python}\n#| label: late\nokay = 1\n\nint('twelve')\n```\n",
        "int('twelve')",
        "`int('twelve')` failed with ValueError: invalid literal for int() with base 10: 'twelve'.",
    ),
    "failing line of a function in an earlier cell": (
        HELPERS + "\n```{python}\nratio(0)\n```\n",
        "return 1 / events",
        "`return 1 / events` failed with ZeroDivisionError: division by zero.",
    ),
    "syntax error": (
        "\n```{python}\nokay = 1\nif okay\n```\n",
        "if okay",
        "`if okay` failed with SyntaxError: expected ':'",
    ),
    "inline expression": (
        HELPERS + "\nFine `{python} ratio(1)`\nbut `{python} ratio(0)`.\n",
        "but `{python}",
        "`ratio(0)` failed with ZeroDivisionError: division by zero.",
    ),
    "inline expression that prints nothing": (
        HELPERS + "\nFine `{python} ratio(1)`\nbut `{python} str()`.\n",
        "but `{python}",
        "`str()` prints nothing, and Quarto prints the code of an expression without text.",
    ),
    "inline expression above its cell": (
        "\nEarly `{python} later`.\n\n```{python}\nlater = 1\n```\n",
        "Early",
        "`later` failed with NameError: name 'later' is not defined.",
    ),
    "process that dies": (
        "\n```{python}\nimport os\nos._exit(3)\n```\n",
        None,
        "the Python process that runs the document died.",
    ),
    "citation from a cell": (
        "\nText.\n\n```{python}\n#| output: asis\nprint('As said [@no' + 'body2020].')\n```\n",
        "#| output: asis",
        "the citation @nobody2020 is not in the bibliography.",
    ),
    "reference from an inline value": (
        HELPERS + "\nSee `{python} type('M', (), {'_repr_markdown_': lambda s: '@fig-' + 'none'})()`.\n",
        None,
        "@fig-none",
    ),
    "HTML that other formats would drop": (
        "\nText.\n\nOne<br>two.\n",
        "One<br>two.",
        "'<br>' is raw html, which docx, typst would leave out.",
    ),
    "HTML from a cell that other formats would drop": (
        "\nText.\n\n```{python}\n#| output: asis\nprint('One<' + 'br>two.')\n```\n",
        "#| output: asis",
        "raw html would be lost in",
    ),
    "formula that can't be set": ("\nText.\n\nThe $\\nonsense{x}$ here.\n", "The $", "Could not convert TeX math"),
    "formula that one format can't take": (
        "\nText.\n\n" + HELPERS + "\n$$\nx \\ge y \\tag{IC}\n$$\n",
        "\\tag{IC}",
        "Could not convert TeX math",
    ),
    "option of a cell": (
        "\nText.\n\n```{python}\n#| out-width: 80%\n1\n```\n",
        "out-width",
        "the key 'out-width' is not supported in the options of the cell.",
    ),
    "table that a cell prints and numbers": (
        "\n```{python}\n#| output: asis\nprint('|a|\\n|-|\\n|1|\\n\\n: C {#tb' + 'l-made}')\n```\n",
        None,
        "#tbl-made (Table 1) is made by a cell",
    ),
    "table as HTML only": (
        "\n```{python}\nimport pandas\npandas.DataFrame({'a': [1]})\n```\n",
        "import pandas",
        "an output of type text/html can't be shown alike in all formats.",
    ),
}


@pytest.fixture
def previous(tmp_path) -> Path:
    """A project whose outputs of a former render are a known file."""
    root = write_project(tmp_path / "paper", {})
    (root / "_output").mkdir()
    (root / "_output/manuscript.html").write_bytes(b"former \x00 output")
    return root


def unchanged(root: Path) -> bool:
    files = {path.name: path.read_bytes() for path in (root / "_output").iterdir()}
    leftovers = [path.name for path in (root / "_build").glob("render-*")]
    return files == {"manuscript.html": b"former \x00 output"} and not leftovers


@pytest.mark.parametrize("case", FAILURES)
def test_failure_names_document_line_and_cause(previous, case):
    body, place, words = FAILURES[case]
    document = previous / "manuscript.qmd"
    document.write_text(FRONT + body, encoding="utf-8")
    with pytest.raises(PublishingError) as caught:
        render(Plan.of(previous, [Path("manuscript.qmd")], "builtin"))
    assert words in str(caught.value)
    assert caught.value.source == document
    assert caught.value.remedy
    if place is not None:
        assert caught.value.line == line_of(document, place)
    assert unchanged(previous)


def test_font_that_is_not_installed(previous):
    template = (ROOT / "publishing/templates/article.typ").read_text(encoding="utf-8")
    (previous / "own.typ").write_text(template.replace('"Libertinus Serif"', '"No Such Serif"'), encoding="utf-8")
    (previous / "_quarto.yml").write_text(configuration(f"{ROOT}/publishing/templates/article.typ", "own.typ"))
    with pytest.raises(PublishingError, match="font 'no such serif', which is not installed") as caught:
        render(Plan.of(previous, [], "builtin"))
    assert "font-paths" in (caught.value.remedy or "")
    assert unchanged(previous)


def test_command_before_rendering_that_fails(previous):
    (previous / "_quarto.yml").write_text(
        configuration("  pre-render: python -m publishing prepare", "  pre-render: python -c \"exit('no data')\"")
    )
    with pytest.raises(PublishingError, match=r"_quarto\.yml, line 8: the command .* failed \(status 1\): no data"):
        render(Plan.of(previous, [], "builtin"))
    assert unchanged(previous)


def test_output_folder_that_can_t_be_written_leaves_nothing_half_done(previous):
    (previous / "file").write_text("not a folder")
    with pytest.raises(PublishingError, match=r"can't be written to .*file") as caught:
        render(Plan.of(previous, [Path("supplement.qmd")], "builtin", Path("file")))
    assert "previous outputs are as they were" in (caught.value.remedy or "")
    assert (previous / "file").read_text() == "not a folder"
    assert unchanged(previous)


def test_document_that_is_not_the_project_s(previous):
    (previous / "notes.qmd").write_text(FRONT)
    with pytest.raises(PublishingError, match=r"notes\.qmd is not a document of this project"):
        render(Plan.of(previous, [Path("notes.qmd")], "builtin"))


@pytest.mark.parametrize("debug", [False, True])
def test_command_line_ends_in_one_line(previous, debug):
    (previous / "manuscript.qmd").write_text(FRONT + "\nSee @fig-none.\n", encoding="utf-8")
    command = [sys.executable, "-m", "publishing", "render", "--engine", "builtin", *(["--debug"] if debug else [])]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=previous, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    last = done.stderr.strip().split("\n")[-1]
    assert last.startswith("Error: manuscript.qmd, line 5: the cross-reference @fig-none points to nothing")
    assert "Remedy: " in last
    assert ("Traceback" in done.stderr) == debug
    assert unchanged(previous)


class TestOneRemedy:
    """A message that says what to do gets no second advice from whoever passes it on."""

    OWN = """
```{python}
class Unusable(Exception):
    pass

def fail(name):
    raise Unusable(TEXTS[name])

TEXTS = {
    "own": "no row. Remedy: add one",
    "none": "row 3 is not sealed; seal it",
}
```
"""

    def failure(self, previous: Path, body: str) -> PublishingError:
        (previous / "manuscript.qmd").write_text(FRONT + self.OWN + body, encoding="utf-8")
        with pytest.raises(PublishingError) as caught:
            render(Plan.of(previous, [Path("manuscript.qmd")], "builtin"))
        return caught.value

    @pytest.mark.parametrize("where", ["\n```{python}\nfail('%s')\n```\n", "\nSo `{python} fail('%s')`.\n"])
    def test_a_failure_with_a_remedy_of_its_own(self, previous, where):
        said = str(self.failure(previous, where % "own"))
        assert said.count("Remedy:") == 1 and said.endswith("Remedy: add one.")

    @pytest.mark.parametrize("where", ["\n```{python}\nfail('%s')\n```\n", "\nSo `{python} fail('%s')`.\n"])
    def test_a_failure_of_the_analysis_is_not_said_to_be_the_documents(self, previous, where):
        said = str(self.failure(previous, where % "none"))
        assert said.endswith("Remedy: do what the message says; --debug shows the whole traceback.")
        assert "correct the" not in said

    def test_a_failure_of_python_is_put_right_in_the_document(self, previous):
        said = str(self.failure(previous, "\nSo `{python} nowhere`.\n"))
        assert said.endswith("Remedy: correct the expression, or define its names in a cell above this paragraph.")


def test_what_a_command_said_is_its_message_and_not_its_tail():
    traceback = (
        'Noise\nTraceback (most recent call last):\n  File "a.py", line 1, in <module>\n    f()\nOops: one\ntwo'
    )
    assert told(traceback) == "Oops: one\ntwo"
    assert told("\n".join(map(str, range(100)))).split("\n")[::40] == ["0", "… and 60 lines more"]
    assert told("data, row 3: not sealed\n") == "data, row 3: not sealed"
