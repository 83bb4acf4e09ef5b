"""The real manuscript in a headless Chromium: accessibility, small screens, and a panel in the paper's own words."""

from itertools import pairwise

import pytest
from accessibility import grave_findings

PANEL = "document.getElementById('what-if-deaths')"
HEADLINE = f"{PANEL}.querySelector('.panel-headline').textContent"


@pytest.fixture(scope="module")
def manuscript(real_paper):
    return real_paper / "_output" / "manuscript.html"


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (390, True)])
def test_axe_has_no_grave_finding(tab, manuscript, width, dark):
    tab.open(manuscript, width=width, touch=width < 500, dark=dark)
    assert grave_findings(tab) == []
    assert tab.faults == []


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_the_page_never_scrolls_sideways(tab, manuscript, width):
    tab.open(manuscript, width=width, touch=width < 500)
    assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("name", ["manuscript", "supplement"])
@pytest.mark.parametrize("width", [1280, 1440])
def test_no_table_is_cut_beside_the_contents(tab, manuscript, name, width):
    tab.open(manuscript.with_name(f"{name}.html"), width=width)
    frames = "Array.from(document.querySelectorAll('.table-scroll'))"
    assert tab.evaluate(f"{frames}.length") > 2
    cut = f"{frames}.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.closest('figure')?.id)"
    assert tab.evaluate(cut) == []


@pytest.mark.parametrize(("width", "is_narrow"), [(390, True), (768, False), (1280, False)])
def test_a_narrow_screen_gets_the_forest_plot_for_one_column(tab, manuscript, width, is_narrow):
    tab.open(manuscript, width=width, touch=width < 500)
    drawing = "document.querySelector('#fig-deaths .drawing')"
    shown = (
        f"Array.from({drawing}.querySelectorAll('svg')).filter(e => getComputedStyle(e).display !== 'none')"
        ".map(e => e.dataset.figure)"
    )
    assert tab.evaluate(shown) == ["forest-deaths-column" if is_narrow else "forest-deaths"]
    assert tab.evaluate(f"{drawing}.scrollWidth <= {drawing}.clientWidth")
    assert tab.evaluate("window.find('0.80 (0.49–1.30)', true, false, true)")


def test_a_line_of_the_forest_plot_opens_the_trial_s_card(tab, manuscript, printer):
    tab.open(manuscript)
    trial = next(iter(printer.tree.counted("deaths").leave_one_out))
    tab.click(f"document.querySelector('#fig-deaths svg:not(.drawing-column) [data-row=\"{trial}\"] text')")
    tab.wait("document.querySelector('dialog.line-card')?.open")
    said = tab.evaluate("document.querySelector('dialog.line-card').innerText")
    for part in (printer.short(f"deaths.trials.{trial}").text, "Risk of bias", "Reference"):
        assert part in said


def test_there_is_one_outline(tab, manuscript):
    tab.open(manuscript)
    levels = tab.evaluate("Array.from(document.querySelectorAll('h1,h2,h3,h4,h5')).map(e => +e.tagName[1])")
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_panel_begins_with_the_paper_s_result(tab, manuscript, printer):
    tab.open(manuscript)
    assert tab.evaluate(HEADLINE) == printer.estimate("deaths.pooled", "RR").text
    for name in ("estimate", "low", "high"):
        shown = tab.evaluate(f"document.querySelector('article [data-key=\"deaths.pooled.{name}\"]').textContent")
        assert shown in tab.evaluate(HEADLINE)


def test_without_a_trial_the_panel_says_what_the_supplement_says(tab, manuscript, printer):
    for trial in printer.tree.counted("deaths").leave_one_out:
        tab.open(manuscript)
        tab.click(f"{PANEL}.querySelector('input[value={trial}]')")
        assert tab.evaluate(HEADLINE) == printer.estimate(f"deaths.leave_one_out.{trial}.pooled", "RR").text


def test_a_link_to_a_choice_brings_it_back(tab, manuscript, printer):
    trials = ",".join(printer.tree.counted("deaths").trials)
    tab.open(manuscript, place=f"#what-if-deaths?members={trials}&tau2=DL&ci=wald")
    assert tab.evaluate(HEADLINE) == printer.estimate("deaths.dersimonian_laird", "RR").text
