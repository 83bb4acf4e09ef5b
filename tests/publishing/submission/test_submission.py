"""The bundle for a journal: what is in it, that it is the documents' own, that its blinded files name nobody."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pikepdf
import pypdf
import pytest
from docx.oxml.ns import qn
from lxml import etree
from openxml_audit import OpenXmlValidator
from PIL import Image, ImageChops, ImageStat
from submission_project import IDENTIFYING, SUBMISSION, Made, settings, write_submission

from publishing.formats.word.tables import text_of
from publishing.project.errors import PublishingError
from publishing.submission import blinding
from publishing.submission import bundle as bundling
from publishing.submission.authors import authors
from publishing.submission.bundle import make
from publishing.submission.contents import number_of_words
from publishing.submission.measures import MEASURES, Subject
from publishing.submission.profile import load_profile
from publishing.submission.sources import project_files

DPI = 600


@pytest.fixture(scope="module")
def word_files(bundle: Made) -> list[Path]:
    return sorted(bundle.folder.rglob("*.docx"))


def test_every_word_file_follows_the_schemas(word_files: list[Path]) -> None:
    assert len(word_files) == 8
    validator = OpenXmlValidator()
    assert [(path.name, str(error)) for path in word_files for error in validator.validate(path).errors] == []


def _text(path: Path) -> str:
    body = docx.Document(str(path)).element.body
    return "\n".join(text for one in body.iter(qn("w:p")) if (text := _plain(text_of(one))))


def _plain(text: str) -> str:
    return " ".join(text.split())


def test_everything_an_editor_needs_is_there(bundle: Made) -> None:
    with zipfile.ZipFile(bundle.packed) as archive:
        names = archive.namelist()
    assert names == sorted(names)
    assert {
        "README.md", "SHA256SUMS", "ro-crate-metadata.json", "data-and-code.zip", "title-page.docx", "legends.docx",
        *(f"{folder}{name}.{form}" for folder in ("", "blinded/") for name in ("manuscript", "supplement")
          for form in ("docx", "pdf")),
        "S1_File.pdf",
        *(f"figures/{name}.{form}" for name in ("Fig1", "S1_Fig", "S2_Fig") for form in ("tif", "pdf")),
        *(f"jats/{name}" for name in ("manuscript.xml", "supplement.xml", "manuscript_files/cell-2-output-1.png",
          "supplement_files/cell-3-output-1.png", "photo.png")),
        *(f"tables/{name}" for name in ("Table1.docx", "Table1.csv", "captions.csv")),
        "checklists/S1_Table.docx",
    } == set(names)  # fmt: skip


def test_the_supplement_is_there_under_the_journals_name_too(bundle: Made) -> None:
    copied = (bundle.folder / "S1_File.pdf").read_bytes()
    assert copied == (bundle.folder / "supplement.pdf").read_bytes()


def test_the_same_inputs_give_the_same_bytes(bundle: Made) -> None:
    before = bundle.packed.read_bytes()
    again = make(bundle.project, "plos-one")
    with zipfile.ZipFile(again) as archive:
        differing = [name for name in archive.namelist() if archive.read(name) != (bundle.folder / name).read_bytes()]
    assert differing == []
    assert again.read_bytes() == before


def test_the_checksums_are_those_of_all_files(bundle: Made) -> None:
    listed = dict(line.split("  ")[::-1] for line in (bundle.folder / "SHA256SUMS").read_text().splitlines())
    files = {path.relative_to(bundle.folder).as_posix(): path for path in bundle.folder.rglob("*") if path.is_file()}
    assert listed.keys() == files.keys() - {"SHA256SUMS"}
    assert all(hashlib.sha256(files[name].read_bytes()).hexdigest() == digest for name, digest in listed.items())


def _parts(path: Path) -> Iterator[str]:
    """Everything a reader or a curious reviewer could find in a file."""
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                content = package.read(name)
                yield name + content.decode("utf-8", "ignore")
                if not name.endswith(".png"):
                    yield "".join(etree.fromstring(content).itertext())
        return
    reader = pypdf.PdfReader(path)
    yield " ".join(page.extract_text() for page in reader.pages)
    yield str(reader.metadata)
    with pikepdf.open(path) as pdf:
        for one in pdf.objects:
            yield one.unparse().decode("latin-1")
            if isinstance(one, pikepdf.Stream):
                yield one.read_bytes().decode("utf-8", "ignore")


@pytest.mark.parametrize("form", ["docx", "pdf"])
@pytest.mark.parametrize("name", ["manuscript", "supplement"])
def test_a_blinded_file_names_no_author_in_any_part(bundle: Made, name: str, form: str) -> None:
    open_parts = "\n".join(_parts(bundle.folder / f"{name}.{form}"))
    blinded = "\n".join(_parts(bundle.folder / "blinded" / f"{name}.{form}"))
    for text in IDENTIFYING:
        assert text in open_parts, f"{text}: not in the open file, so the test could not fail"
        assert text not in blinded


def test_files_for_reviewers_name_nobody_either(bundle: Made) -> None:
    folders = ("figures", "tables", "checklists")
    files = [
        path for folder in folders for path in (bundle.folder / folder).iterdir() if path.suffix in (".docx", ".pdf")
    ]
    assert len(files) == 5
    for path in [*files, bundle.folder / "legends.docx"]:
        assert not [text for text in IDENTIFYING if text in "\n".join(_parts(path))], path.name


def test_the_blinded_paper_is_otherwise_the_same(bundle: Made) -> None:
    blinded = _text(bundle.folder / "blinded" / "manuscript.docx")
    opened = _text(bundle.folder / "manuscript.docx").partition("\nSupporting information")[0]
    start = blinded.index("Abstract")
    removed = "Authors’ contributions. Removed for blinded review."
    assert removed in blinded and "Ada Lovelace drew" in opened
    expected = opened[opened.index("Abstract") :].replace(
        "Authors’ contributions. Ada Lovelace drew, AL wrote.", removed
    )
    assert blinded[start:] == expected


def test_a_name_that_survives_stops_the_bundle(bundle: Made) -> None:
    named = authors({"author": [{"name": {"given": "Ada", "family": "Lovelace"}}]})
    for form in ("docx", "pdf"):
        with pytest.raises(PublishingError, match=r"'Ada Lovelace' still stands in the blinded manuscript\." + form):
            blinding.check_blinded([bundle.folder / f"manuscript.{form}"], named)


def test_authors_are_read_in_every_form_that_quarto_allows() -> None:
    metadata = {
        "affiliations": [{"id": "a", "name": "Analytical Society", "department": "Mill", "city": "London"}],
        "author": [
            "Mary Somerville",
            {
                "name": {"given": "Ada", "family": "Lovelace"},
                "orcid": "https://orcid.org/0000-0002-1825-0097",
                "phone": "020 7946 0000",
                "affiliations": [{"ref": "a"}, "Ockham Park, Surrey"],
            },
        ],
    }
    first, second = authors(metadata)
    assert (first.name, first.affiliations, first.identifying()) == ("Mary Somerville", (), ("Mary Somerville",))
    assert second.affiliations == ("Mill, Analytical Society, London", "Ockham Park, Surrey")
    assert second.identifying() == (
        "Ada Lovelace",
        "0000-0002-1825-0097",
        "020 7946 0000",
        "Mill, Analytical Society, London",
        "Ockham Park, Surrey",
        "Analytical Society, London",
    )


@pytest.mark.parametrize(("name", "width"), [("Fig1", None), ("S1_Fig", 190.5)])
def test_a_figure_is_a_flat_tiff_and_a_vector_pdf_of_the_journals_width(
    bundle: Made, name: str, width: float | None
) -> None:
    with Image.open(bundle.folder / "figures" / f"{name}.tif") as image:
        assert (image.format, image.mode, image.info["compression"]) == ("TIFF", "RGB", "tiff_lzw")
        assert image.info["dpi"] == (DPI, DPI)
        size = [pixels / DPI * 25.4 for pixels in image.size]
    page = pypdf.PdfReader(bundle.folder / "figures" / f"{name}.pdf").pages[0]
    printed = [float(side) / 72 * 25.4 for side in (page.mediabox.width, page.mediabox.height)]
    assert printed == pytest.approx(size, abs=0.1)
    assert not page.images
    # the drawing of twelve inches is reduced, the one of four is as it was drawn
    assert size[0] == pytest.approx(width, abs=0.1) if width else 90 < size[0] < 4 * 25.4


def test_an_authors_own_picture_is_written_too_without_transparency(bundle: Made) -> None:
    with Image.open(bundle.folder / "figures" / "S2_Fig.tif") as image:
        # two inches wide as it is, so it is enlarged to the least width
        assert (image.mode, image.width / DPI * 25.4) == ("RGB", pytest.approx(66.8, abs=0.1))
        assert image.getpixel((100, 100)) == (128, 128, 128)


def test_a_figure_file_is_the_figure_of_the_document(bundle: Made) -> None:
    with zipfile.ZipFile(bundle.folder / "blinded" / "manuscript.docx") as package:
        (name,) = [one for one in package.namelist() if one.endswith(".png")]
        shown = _reduced(Image.open(io.BytesIO(package.read(name))))
    made = _reduced(Image.open(bundle.folder / "figures" / "Fig1.tif"))
    difference = ImageStat.Stat(ImageChops.difference(shown, made)).mean[0]
    blank = ImageStat.Stat(ImageChops.difference(shown, Image.new("L", shown.size, 255))).mean[0]
    assert difference < blank / 4


def _reduced(image: Image.Image) -> Image.Image:
    """Small enough for two programs' ways of smoothing a line not to matter."""
    return image.convert("L").resize((200, 100), Image.Resampling.BOX)


def test_the_word_file_has_the_legends_and_not_the_pictures(bundle: Made) -> None:
    document = docx.Document(str(bundle.folder / "manuscript.docx"))
    assert not list(document.element.body.iter(qn("w:drawing")))
    assert "Fig 1. How the dose rose. It rose." in _text(bundle.folder / "manuscript.docx")
    assert all("image" not in relation.reltype for relation in document.part.rels.values())


def test_the_word_file_is_in_the_journals_layout(bundle: Made) -> None:
    document = docx.Document(str(bundle.folder / "manuscript.docx"))
    assert all(one._sectPr.find(qn("w:lnNumType")) is not None for one in document.sections)
    assert document.styles["Body Text"].paragraph_format.line_spacing == 2.0
    assert not list(document.element.body.iter(qn("w:tag")))


def test_tables_are_files_of_their_own(bundle: Made) -> None:
    with (bundle.folder / "tables" / "Table1.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["Arm", "Died, of all"], ["A", "1"], ["B", ""]]
    document = docx.Document(str(bundle.folder / "tables" / "Table1.docx"))
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Arm", "Died, of all"],
        ["A", "1"],
        ["B", ""],
    ]
    assert [_plain(paragraph.text) for paragraph in document.paragraphs] == ["Table 1. Deaths by arm."]


def test_the_captions_of_tables_stand_in_a_table_of_their_own(bundle: Made) -> None:
    with (bundle.folder / "tables" / "captions.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["file", "label", "title", "caption"],
            ["Table1.csv", "Table 1", "Deaths by arm.", "Deaths by arm."],
        ]


def test_the_text_names_figures_and_tables_as_the_files_are_named(bundle: Made) -> None:
    paper = _text(bundle.folder / "manuscript.docx")
    assert "see [1] and S1 Table." in paper and "words here (Fig 1; Table 1)" in paper
    supplement = _text(bundle.folder / "supplement.docx")
    assert "See S1 Fig." in supplement and "S2 Fig. A photograph." in supplement
    for name in ("manuscript", "supplement"):
        pages = " ".join(page.extract_text() for page in pypdf.PdfReader(bundle.folder / f"{name}.pdf").pages)
        text = " ".join(pages.split())
        assert not re.search(r"Figure|Table S\d", text) and "S1 Table" in text


def test_the_paper_ends_with_a_list_of_the_supporting_information(bundle: Made) -> None:
    text = _text(bundle.folder / "manuscript.docx")
    listed = text.partition("\nSupporting information\n")[2].split("\n")
    assert listed == [
        "S1 File. Supplement to a small paper. (PDF)",
        "S1 Fig. A wide figure. (TIFF)",
        "S2 Fig. A photograph. (TIFF)",
        "S1 Table. A checklist. (DOCX)",
    ]
    files = {path.stem.replace("_", " ") for path in bundle.folder.rglob("S[0-9]*")}
    assert {line.partition(".")[0] for line in listed} <= files


@pytest.mark.parametrize("name", ["tables/Table1", "checklists/S1_Table", "legends", "title-page"])
def test_an_excerpt_refers_to_nothing_that_it_lacks(bundle: Made, name: str) -> None:
    body = docx.Document(str(bundle.folder / f"{name}.docx")).element.body
    for tag in ("w:bookmarkStart", "w:instrText", "w:fldSimple", "w:drawing"):
        assert not list(body.iter(qn(tag)))
    assert all(link.get(qn("r:id")) for link in body.iter(qn("w:hyperlink")))


def test_the_checklist_is_the_supplements_table(bundle: Made) -> None:
    text = _text(bundle.folder / "checklists" / "S1_Table.docx")
    assert "S1 Table. A checklist." in text and "first page" in text and "wide figure" not in text


def test_the_title_page_has_authors_counts_and_declarations(bundle: Made) -> None:
    text = _text(bundle.folder / "title-page.docx")
    for expected in (
        "A small paper", "Ada Lovelace", "Charles Babbage", "Analytical Society", "ada@analytical.example",
        "0000-0002-1825-0097", "software", "Words in the abstract: 13", "Words in the main text: 25",
        "Figures: 1", "Tables: 1", "References: 1", "Keywords: first word; second word", "Declarations",
        "Funding. None.",
    ):  # fmt: skip
        assert expected in text
    assert "One two three" not in text and "Hartung" not in text


def test_a_statement_is_not_looked_for_in_the_abstract(small_paper: Subject) -> None:
    leads = list(small_paper.contents.leads())
    assert "Funding" in leads and "Background" not in leads


def test_words_are_counted_as_the_method_says(small_paper: Subject) -> None:
    paper = small_paper.contents
    assert number_of_words(paper.abstract) == 13
    # Start, its 14 words (a formula is one), Results, Counts and its 8 words; Declarations is not main text
    assert MEASURES["main-text-words"].take(small_paper) == 25
    assert (paper.keywords, len(paper.references)) == (("first word", "second word"), 1)


def test_the_archive_holds_the_projects_files(bundle: Made) -> None:
    with zipfile.ZipFile(bundle.folder / "data-and-code.zip") as archive:
        for name in ("manuscript.qmd", "_quarto.yml", "LICENSE"):
            assert archive.read(name) == (bundle.project / name).read_bytes()
        assert not [name for name in archive.namelist() if name.startswith(("_build", "_output"))]


def test_every_page_of_the_paper_has_line_numbers_the_title_page_too(bundle: Made) -> None:
    first = pypdf.PdfReader(bundle.folder / "manuscript.pdf").pages[0].extract_text()
    assert "A small paper" in first and "Abstract" not in first
    assert re.findall(r"^\d+$", first, re.MULTILINE)[:3] == ["1", "2", "3"]


def test_strict_refuses_a_bundle_that_breaks_a_demand(bundle: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    before = bundle.packed.read_bytes()
    # the profile as it is: PLOS ONE tells its reviewers who wrote a paper
    monkeypatch.setattr(bundling, "load_profile", load_profile)
    monkeypatch.setattr(bundling, "_blind", lambda *_: pytest.fail("a blinded version was made for nobody"))
    with pytest.raises(PublishingError, match=r"2 demands of PLOS ONE are not met: statement: data availability"):
        make(bundle.project, "plos-one", strict=True)
    assert bundle.packed.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (SUBMISSION, "", "says nothing of submissions"),
        ("file: LICENSE", "file: COPYING", "the licence COPYING is not among the files"),
        ("manuscript: manuscript", "manuscript: paper", "no document 'paper'"),
    ],
)
def test_a_project_that_lacks_something_is_told_before_it_is_rendered(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    project = write_submission(tmp_path / "project", configured=settings().replace(old, new))
    with pytest.raises(PublishingError, match=message):
        make(project, "icmje")
    assert not (project / "_output").exists()


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_only_what_git_knows_is_handed_on_and_changes_are_named(tmp_path: Path) -> None:
    for name, text in (("a.txt", "a"), (".gitignore", "ignored\n"), ("ignored", "x")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert (project_files(tmp_path).commit, [path.name for path in project_files(tmp_path).files]) == (
        "",
        ["a.txt", "ignored"],
    )
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-qm", "first")
    clean = project_files(tmp_path)
    assert [path.name for path in clean.files] == [".gitignore", "a.txt"]
    assert re.fullmatch(r"[0-9a-f]{40}", clean.version) and clean.changes == ()
    (tmp_path / "a.txt").write_text("b", encoding="utf-8")
    (tmp_path / "new.txt").write_text("n", encoding="utf-8")
    assert set(project_files(tmp_path).changes) == {"a.txt", "new.txt"}
    assert project_files(tmp_path).version.endswith("with uncommitted changes")
