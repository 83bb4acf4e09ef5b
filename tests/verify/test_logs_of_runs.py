"""What documents log while they run: every printed key, to the last line, or a log that is known not to be whole."""

import json

import pytest
import small_project

from publishing.engine import builtin
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


def test_a_log_has_every_printed_key_and_ends_when_the_document_has_run(folder):
    project = load_project(folder)
    executed = builtin.execute(project, [read_document(path) for path in project.documents[::-1]], 0)
    assert [one.document.name for one in executed] == ["supplement", "manuscript"]
    keys = {line["key"] for line in log(folder) if "key" in line}
    assert {"ratio.estimate", "over.two.lines", "after.a.tab"} <= keys and "never.printed" not in keys
    assert [log(folder, name)[-1] for name in ("manuscript", "supplement")] == [
        {"ended": "manuscript"},
        {"ended": "supplement"},
    ]


def test_a_document_that_stops_leaves_no_whole_log(folder):
    project = load_project(folder)
    builtin.execute(project, [read_document(path) for path in project.documents], 0)
    text = (folder / "manuscript.qmd").read_text(encoding="utf-8")
    (folder / "manuscript.qmd").write_text(text.replace("# References", "`{python} n('nothing')`\n\n# References"))
    with pytest.raises(PublishingError, match="KeyError"):
        builtin.execute(project, [read_document(path) for path in project.documents], 0)
    assert len(log(folder)) > 10 and "ended" not in log(folder)[-1]
