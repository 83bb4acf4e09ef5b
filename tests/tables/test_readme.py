"""The README's first screen has the present answer, and what it names and links is there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.judgements.certainty import RatingFails
from analysis.printing.numbers import NO_BREAK
from analysis.proof.trace import with_value
from analysis.results import kept
from analysis.results.states import pooled
from analysis.tables.readme import BEGIN, END, NoPlace, answer, update, with_answer

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
PAGE = README.read_text(encoding="utf-8")
#: lines of a first screen
SCREEN = 25


def anchor(heading: str) -> str:
    """The name that forges give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_answer_in_the_readme_is_the_present_one(tree):
    assert with_answer(PAGE, tree, "README.md") == PAGE, "Remedy: python -m analysis readme"


def test_the_answer_has_the_primary_result_and_the_harms_in_the_first_screen(tree, printer):
    screen = "\n".join(PAGE.splitlines()[:SCREEN])
    for key in ("deaths", "serious"):
        outcome = tree.outcomes[key]
        assert pooled(printer, key).text in screen
        assert f"{outcome.k_shown} ({outcome.participants_shown})" in screen
    assert printer.estimate("deaths.pooled").text.replace(NO_BREAK, " ") in screen
    assert f"Certainty (GRADE): {tree.certainty['deaths'].certainty}." in screen
    assert screen.index("question") < screen.index("0.80") < screen.index(END)


def test_the_answer_follows_the_results(tree):
    moved = with_value(tree, ["deaths", "pooled", "estimate"], 0.7)
    assert "risk ratio is 0.70 (95%" in answer(moved) and answer(moved) != answer(tree)


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [(0.5, 0.9, "The interval lies below no effect (1)."), (1.1, 1.9, "The interval lies above no effect (1).")],
)
def test_it_says_on_which_side_the_interval_lies(tree, low, high, says):
    moved = tree
    for interval in ("pooled", "modified"):
        for bound, value in (("low", low), ("high", high)):
            moved = with_value(moved, ["deaths", interval, bound], value)
    assert says in answer(moved) and "includes no effect" not in answer(moved).splitlines()[0]


def test_a_wider_modified_interval_decides(tree):
    said = answer(with_value(tree, ["deaths", "pooled", "high"], 0.9)).splitlines()[0]
    assert "(95% CI 0.49 to 0.90; modified 0.49 to 1.30)" in said
    assert "The modified interval, the wider one, includes no effect (1)." in said


def test_measured_outcomes_that_are_pooled_have_their_unit(invented_review, printer):
    lines = [line for line in answer(invented_review).splitlines() if line.startswith("| CRP")]
    assert len(lines) == 1 and "MD " in lines[0] and "mg/L" in lines[0]


def test_outcomes_without_numbers_have_a_line_too(silent_review):
    lines = [line for line in answer(silent_review).splitlines() if line.startswith(("| CRP", "| IL-6"))]
    assert len(lines) == 2 and all("0 of " in line for line in lines)


def test_the_file_is_written_once_and_only_between_the_comments(tree, tmp_path):
    page = tmp_path / "README.md"
    page.write_text(f"# Before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    assert not update(page, tree, check=True) and "old" in page.read_text(encoding="utf-8")
    assert not update(page, tree)
    written = page.read_text(encoding="utf-8")
    assert written == f"# Before\n{BEGIN}\n\n{answer(tree)}\n\n{END}\nafter\n"
    assert update(page, tree) and page.read_text(encoding="utf-8") == written


@pytest.mark.parametrize("page", ["# A\n", f"{BEGIN}\n", f"{END}\n{BEGIN}\n", f"{BEGIN}{END}{BEGIN}{END}"])
def test_a_readme_without_a_place_is_refused_with_the_lines_to_add(page, tree):
    with pytest.raises(NoPlace) as refused:
        with_answer(page, tree, "README.md")
    assert BEGIN in str(refused.value) and END in str(refused.value)


def test_the_command_checks_writes_and_refuses(tree, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(kept, "results", lambda: tree)
    page = Path(shutil.copy(README, tmp_path / "README.md"))
    page.write_text(PAGE.replace("is 0.80 (", "is 0.81 ("), encoding="utf-8")
    assert main(["readme", "--check", str(page)]) == 1
    assert "Remedy: python -m analysis readme" in capsys.readouterr().err
    assert main(["readme", str(page)]) == 0 and page.read_text(encoding="utf-8") == PAGE
    assert main(["readme", "--check", str(page)]) == 0
    assert main(["readme", str(tmp_path / "none.md")]) == 1
    assert "none.md can't be read" in capsys.readouterr().err


def test_a_rating_that_does_not_stand_stops_it(tree):
    with pytest.raises(RatingFails, match="not borne out"):
        answer(with_value(tree, ["certainty", "deaths", "refused"], ("not borne out",)))


LINKS = re.findall(r"\]\(([^)\s]+)\)", PAGE)


def test_the_readme_links_to_what_it_names():
    assert len(LINKS) > 20


@pytest.mark.parametrize("link", sorted(set(LINKS)))
def test_every_link_of_the_readme_leads_somewhere(link):
    path, _, place = link.partition("#")
    assert "://" not in link and (ROOT / path).exists()
    if place:
        text = (ROOT / path if path else README).read_text(encoding="utf-8")
        assert place in {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def test_every_target_and_command_that_the_readme_names_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b(?= *[`#A-Z])", PAGE)) <= targets
    for module in ("analysis", "publishing"):
        known = (ROOT / module / "__main__.py").read_text(encoding="utf-8")
        for command in set(re.findall(rf"python -m {module} ([a-z-]+)", PAGE)):
            assert f"-m {module} {command}" in known or f'"{command}": Command(' in known, command
