"""The page that compares two versions, held against the accessibility rules, at the width of a telephone."""

import json

import pytest
from accessibility import grave_findings

from publishing.changes import page, text_changes
from publishing.changes.causes import cause, differences
from publishing.changes.numbers import compare_numbers
from publishing.changes.passages import passages
from publishing.changes.versions import Printed, PrintedPlace, Row, Version
from publishing.formats import pandoc

WIDTH = 390
TEXT = """
# Results

The ratio was VALUE in [the register](https://example.org/a), $x^2$.

| Arm | Deaths | A wide column of words |
|:----|-------:|:-----------------------|
| MSC | VALUE  | incomprehensibilities of a considerable length |
| B   | 7      | the same in both versions |
| C   | 7      | the same in both versions |
| D   | 7      | the same in both versions |
"""


def version(value: float, folder) -> Version:
    content, _ = pandoc.run(["--to=json"], TEXT.replace("VALUE", str(value)), cwd=folder)
    return Version(
        name=str(value),
        title=f"the version with {value}",
        moment="",
        entries={"a.rather.long.key.of.a.number": {"value": value, "rows": ["r"], "meaning": "ratio", "texts": []}},
        claims={"favours": {"says": "it is low", "predicate": "a < 0.8", "holds": value < 0.8}},
        rows={"r": Row("data/counts.csv", {"id": "r", "events": str(value)})},
        printed=(
            Printed("a.rather.long.key.of.a.number", str(value), PrintedPlace("manuscript", "Results", "text")),
        ),
        texts={"manuscript": passages(json.loads(content), {})},
        failures=("manuscript.qmd, line 3: a claim fails.",) if value > 0.8 else (),
    )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_has_no_grave_finding_and_fits(tab, tmp_path, dark):
    old, new = version(0.79, tmp_path), version(0.83, tmp_path)
    comparison, found = compare_numbers(old, new), differences(old, new)
    causes = {one.key: cause(one, old, new, found) for one in comparison.numbers}
    texts = [text_changes.compare_texts("manuscript", old.texts["manuscript"], new.texts["manuscript"])]
    path = tmp_path / page.PAGE_NAME
    path.write_text(page.page_text(old, new, comparison, causes, found, texts, "", "en"), encoding="utf-8")
    tab.open(path, width=WIDTH, touch=True, dark=dark)
    assert tab.evaluate("document.querySelectorAll('ins, del').length") == 4
    assert grave_findings(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= WIDTH
