"""What tests of several rooms share: the evidence, one tree of results, one render of the real paper.

Property tests draw the same examples on every machine; tallies that tests record are printed at the end.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from invented import OUTCOMES, TRIALS, invented, without_numbers
from real_paper import rendered

from analysis.evidence.load import Evidence, load
from analysis.printing.printer import Printer
from analysis.results import build as builder
from analysis.results.tree import Review
from analysis.review.choices import CHOICES

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
assert CHOICES.further, "importing the choices of the review makes its claims known"


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    """The repository's evidence."""
    return load()


@pytest.fixture(scope="session")
def tree() -> Review:
    """The results of the repository's evidence."""
    return builder.build()


@pytest.fixture
def built(tree: Review, monkeypatch: pytest.MonkeyPatch) -> Review:
    """The tree, which the commands of this test find built already."""
    monkeypatch.setattr(builder, "build", lambda: tree)
    return tree


@pytest.fixture(scope="session")
def invented_review(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """The results where six trials give invented measurements of both markers, so that these are pooled."""
    return builder.build(invented(tmp_path_factory.mktemp("invented") / "data"))


@pytest.fixture(scope="session")
def review_of_one(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """The same where one trial gives them, so that nothing of the markers is pooled."""
    only = {"invented1": TRIALS["invented1"]}
    return builder.build(invented(tmp_path_factory.mktemp("one") / "data", only, skewed=False))


@pytest.fixture(scope="session")
def silent_review(tree: Review) -> Review:
    """The results of the repository's evidence, but that no trial gives either marker per arm."""
    return without_numbers(tree, OUTCOMES.values())


@pytest.fixture(scope="session")
def printer(tree: Review) -> Printer:
    return Printer(tree)


@pytest.fixture(scope="session")
def real_paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with its six outputs, rendered once for all workers; nobody changes it."""
    return rendered(tmp_path_factory)


def pytest_terminal_summary(terminalreporter):
    """Print how often each ("tally", "campaign: outcome") was recorded, one line per campaign."""
    tallies = Counter(
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == "tally" and getattr(report, "when", "") == "call"
    )
    for campaign in sorted({value.partition(": ")[0] for value in tallies}):
        outcomes = {v.partition(": ")[2]: n for v, n in sorted(tallies.items()) if v.startswith(f"{campaign}: ")}
        words = ", ".join(f"{number} {outcome}" for outcome, number in outcomes.items())
        terminalreporter.write_line(f"{campaign}: {sum(outcomes.values())} tried, {words}")
