"""A document that explains the numbers of another runs after it, and knows all that it printed, by either engine."""

import json
import re
import shutil

import pytest
import small_project

from publishing.engine import builtin, quarto
from publishing.engine.render import prepare_sources
from publishing.project.configuration import load_project
from publishing.project.document import read_document
from publishing.project.errors import PublishingError
from publishing.verify.contract import FOLDER

#: a cell that is not run, an expression over two lines and one after a tab
ODD = """
```{python}
#| eval: False
n("never.printed") / 0
```

`{python} n(
"over.two.lines"
)` and `{python}\tn("after.a.tab")`.

# References {#references .unnumbered}
"""


@pytest.fixture
def folder(tmp_path):
    folder = small_project.write(tmp_path / "paper")
    with (folder / "data" / "numbers.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{key},3,count\n" for key in ("over.two.lines", "after.a.tab", "never.printed"))
    document = folder / "manuscript.qmd"
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("\n# References {#references .unnumbered}\n", ODD), encoding="utf-8")
    return folder


def log(folder, name="manuscript"):
    path = folder / FOLDER / f"{name}.printed.jsonl"
    return list(map(json.loads, path.read_text(encoding="utf-8").splitlines())) if path.is_file() else []


def explained(executed):
    """The keys that the supplement explains."""
    table = next(output for results in executed.results for output in results if "data" in output)
    return re.findall(r"\{#n-([^}]+)\}", table["data"]["text/markdown"])


def test_the_one_that_explains_runs_last_and_knows_every_printed_key(folder):
    project = load_project(folder)
    documents = [read_document(path) for path in project.documents]
    executed = builtin.execute(project, documents[::-1], 0)
    assert [one.document.name for one in executed] == ["supplement", "manuscript"]
    keys = explained(executed[0])
    assert keys == list(dict.fromkeys(line["key"] for line in log(folder) if "key" in line))
    assert {"ratio.estimate", "over.two.lines", "after.a.tab"} <= set(keys) and "never.printed" not in keys
    assert [log(folder, name)[-1] for name in ("manuscript", "supplement")] == [
        {"ended": "manuscript"},
        {"ended": "supplement"},
    ]


def test_alone_it_has_the_others_run_for_it_whatever_they_logged_before(folder):
    (folder / FOLDER).mkdir(parents=True)
    (folder / FOLDER / "manuscript.printed.jsonl").write_text("{}\n", encoding="utf-8")
    project = load_project(folder)
    (executed,) = builtin.execute(project, [read_document(folder / "supplement.qmd")], 0)
    assert executed.document.name == "supplement" and "over.two.lines" in explained(executed)


def test_a_document_that_stops_leaves_no_whole_log_and_nothing_is_explained(folder):
    project = load_project(folder)
    builtin.execute(project, [read_document(path) for path in project.documents], 0)
    text = (folder / "manuscript.qmd").read_text(encoding="utf-8")
    (folder / "manuscript.qmd").write_text(text.replace("# References", "`{python} n('nothing')`\n\n# References"))
    with pytest.raises(PublishingError, match="KeyError"):
        builtin.execute(project, [read_document(path) for path in project.documents], 0)
    assert len(log(folder)) > 10 and "ended" not in log(folder)[-1]


@pytest.mark.parametrize(
    ("chosen", "called", "ran"),
    [([], "", True), (["supplement.qmd"], "", True), (["manuscript.qmd"], "", False), ([], "1", False)],
    ids=["all", "the one that explains", "another", "called by us"],
)
def test_before_quarto_renders_it_the_hook_runs_the_others(folder, monkeypatch, chosen, called, ran):
    if called:
        monkeypatch.setenv(quarto.CALLED, called)
    prepare_sources(folder, [folder / name for name in chosen])
    assert log(folder)[-1:] == [{"ended": "manuscript"}] * ran
    assert not log(folder, "supplement")


def test_what_the_hook_had_run_is_read_where_nothing_is_written(folder, monkeypatch):
    prepare_sources(folder, [])
    shutil.copy(folder / FOLDER / "manuscript.printed.jsonl", folder / "kept")
    monkeypatch.syspath_prepend(str(folder / "code"))
    monkeypatch.chdir(folder)
    import results

    assert "over.two.lines" in results.origins(results.Numbers("supplement"))._repr_markdown_()
    results.Numbers("manuscript")("trials")
    assert (folder / "kept").read_bytes() == (folder / FOLDER / "manuscript.printed.jsonl").read_bytes()
