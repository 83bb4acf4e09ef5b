"""axe-core in a page that a browser shows: its rules say what keeps people from reading it."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from browser import Page

GRAVE = ("serious", "critical")
_AXE = files("axe_playwright_python").joinpath("axe.min.js")
_FINDINGS = (
    "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map("
    "one => [one.impact, one.id, one.nodes.length, one.nodes[0].html.slice(0, 120)]))"
)


# on a gradient axe-core measures no contrast; ours lie at the edges of tables, whose text stands on plain paper
_WITHOUT_GRADIENTS = (
    "document.querySelectorAll('.table-scroll').forEach(one => one.style.setProperty('background', 'none'))"
)


def grave_findings(page: Page) -> list[Any]:
    """The serious and critical findings on the page as it is now: impact, rule, number of elements, the first one."""
    page.evaluate(_WITHOUT_GRADIENTS)
    page.evaluate(_AXE.read_text(encoding="utf-8") + ";0")
    return [one for one in page.evaluate(_FINDINGS) if one[0] in GRAVE]
