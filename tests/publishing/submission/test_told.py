"""What a bundle says of itself: its README, the titles that it lists, and the typefaces that it finds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from submission_project import Made

from publishing.submission import figures
from publishing.submission.contents import Contents, Float, own_words
from publishing.submission.figures import FigureFile
from publishing.submission.findings import Status, limits_and_form
from publishing.submission.measures import Subject
from publishing.submission.profile import load_profile
from publishing.verify.passages import Kind, Output, Passage, Place, Run


def test_the_readme_reports_the_lint(bundle: Made) -> None:
    text = (bundle.folder / "README.md").read_text(encoding="utf-8")
    assert "| met | abstract | 13 words | at most 300 words |" in text
    assert "| broken | statement: data availability |" in text
    assert "**Not met, of what is asked for:** statement: data availability; statement: competing interests." in text
    assert "| met | statement: funding | “Funding” |" in text
    assert "| `figures/Fig1.tif` | Fig 1. How the dose rose. TIFF, 600 dpi, 94 × 55 mm, RGB, LZW |" in text
    assert "| unknown | typefaces in figures | no text in a vector figure | only Arial, Times, Symbol |" in text
    assert "| unknown | smallest type in a figure | nothing to measure | at least 8 points |" in text
    assert "the project is not a git checkout" in text


def test_the_readme_says_what_to_upload_and_what_is_for_machines(bundle: Made) -> None:
    text = (bundle.folder / "README.md").read_text(encoding="utf-8")
    parts = {part.partition("\n")[0]: part for part in text.partition("\n## How")[0].split("\n### ")[1:]}
    assert list(parts) == [
        "To upload", "The same in other forms", "For whoever checks the numbers", "For machines",
    ]  # fmt: skip
    listed = {head: set(re.findall(r"^\| `(.+?)` ", part, re.MULTILINE)) for head, part in parts.items()}
    uploaded = {name for name in listed["To upload"] if not name.startswith("blinded/")}
    assert uploaded == {
        "manuscript.docx", "title-page.docx", "S1_File.pdf", "figures/Fig1.tif", "figures/S1_Fig.tif",
        "figures/S2_Fig.tif", "checklists/S1_Table.docx",
    }  # fmt: skip
    machines = {name for name in listed["For machines"] if not name.startswith("jats/")}
    assert machines == {"ro-crate-metadata.json", "SHA256SUMS"}
    files = {path.relative_to(bundle.folder).as_posix() for path in bundle.folder.rglob("*") if path.is_file()}
    assert (
        sum(map(len, listed.values())) == len(set().union(*listed.values()))
        and set().union(*listed.values()) == files
    )


def test_the_readme_names_no_page_that_the_profile_was_read_in(bundle: Made) -> None:
    text = (bundle.folder / "README.md").read_text(encoding="utf-8")
    profile = load_profile("plos-one")
    told = [part for one in profile.sources for part in (one.address, one.second_hand, one.note) if part]
    assert len(told) > 10 and not [part for part in [*told, profile.note] if part in text]


def test_the_xml_finds_the_pictures_that_it_names(bundle: Made) -> None:
    for path in (bundle.folder / "jats").glob("*.xml"):
        named = re.findall(r'<(?:inline-)?graphic [^>]*xlink:href="([^"]+)"', path.read_text(encoding="utf-8"))
        assert named and all((path.parent / name).is_file() for name in named)


CAPTIONS = [
    ("Figure 1: ", "Death from any cause: six trials", " [", "35", "–", "37", "]; all of them. More."),
    ("Figure 2: ", "Death from any cause: six trials; all of them. Another.",),
    ("Figure 3: ", "Death from any cause: leave-one-out",),
    ("Figure 4: ", "Same.",),
    ("Figure 5: ", "Same.",),
]  # fmt: skip


def test_the_sentence_of_a_legend_tells_it_from_the_others_and_cites_nothing() -> None:
    captions = [
        Passage(
            Place.CAPTION, "", tuple(Run(text, kind=Kind.CITATION if text.isdigit() else None) for text in texts),
            float=texts[0].rstrip(": "),
        )
        for texts in CAPTIONS
    ]  # fmt: skip
    floats = [
        Float(one.float, "figure", one.text.removeprefix(f"{one.float}: "), own_words(one), (), "")
        for one in captions
    ]
    contents = Contents("", (), (), (), (), tuple(floats), (), Output("a", "docx", (), frozenset(), ()))
    assert floats[0].legend.count("[35–37]") == 1
    assert list(contents.sentences().values()) == [
        "Death from any cause: six trials; all of them. More.",
        "Death from any cause: six trials; all of them. Another.",
        "Death from any cause: leave-one-out.",
        "Same.",
        "Same.",
    ]


@pytest.mark.parametrize(
    ("used", "status", "found"),
    [
        (("DejaVuSans", "DejaVuSans-Bold"), Status.BROKEN, "DejaVuSans, DejaVuSans-Bold"),
        (("ArialMT", "TimesNewRomanPSMT", "Arial-BoldMT"), Status.MET, "Arial-BoldMT, ArialMT, TimesNewRomanPSMT"),
        (("LiberationSans", "ArialMT"), Status.BROKEN, "LiberationSans"),
        ((), Status.UNKNOWN, "no text in a vector figure"),
    ],
)
def test_the_typefaces_of_figures_are_held_against_those_that_the_journal_takes(
    small_paper: Subject, used: tuple[str, ...], status: Status, found: str
) -> None:
    (path,) = (Path("x"),)
    figure = FigureFile("fig-a", path, path, 100, 100, 1, 8, used)
    subject = Subject(small_paper.contents, "", [figure])
    one = next(
        one for one in limits_and_form(load_profile("plos-one"), subject) if one.subject.startswith("typeface")
    )
    assert (one.status, one.found) == (status, found)
    assert not [one for one in limits_and_form(load_profile("icmje"), subject) if one.subject.startswith("typeface")]


def test_the_typefaces_are_those_in_the_vector_file(tmp_path: Path) -> None:
    text = '<svg xmlns="http://www.w3.org/2000/svg" width="80pt" height="40pt" viewBox="0 0 80 40">{}</svg>'
    for name, inner, faces in (
        (
            "with",
            "<text x='5' y='20' style='font: 8px \"Libertinus Serif\"'>Word</text>",
            ("LibertinusSerif-Regular",),
        ),
        ("without", "<path d='M 1 1 L 9 9' stroke='black'/>", ()),
    ):
        path = tmp_path / f"{name}.svg"
        path.write_text(text.format(inner), encoding="utf-8")
        picture = figures._drawing("fig-a", path)
        wanted = load_profile("plos-one").figures
        assert figures.write_figure(picture, tmp_path / name, "T", "A word", wanted, [], 0).typefaces == faces
