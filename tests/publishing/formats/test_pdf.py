"""Named places in finished PDFs: links between files need them, and typst makes them for headings only."""

from pathlib import Path

import pikepdf
import pytest
import typst

from publishing.formats import pdf

SOURCE = """
#set document(title: "Numbers")
#set text(lang: "en")
= Results <sec-results>
The ratio was #link("two.pdf#n-deaths.rr")[0.80], see #link("one.pdf#tbl-x")[Table 1].
#figure(kind: "t", supplement: [T], caption: [#link("place:tbl-x")[#box()];Table 1: caption])[body]
#pagebreak()
Origin: #link("place:n-own.rr")[#box(width: 0pt, height: 1em)];0.79 and again #link("one.pdf#n-own.rr")[0.79],
outside #link("https://example.org/#n-own.rr")[x].
"""


@pytest.fixture
def finished(tmp_path) -> Path:
    path = tmp_path / "one.pdf"
    path.write_bytes(typst.compile(SOURCE.encode(), format="pdf", pdf_standards=["ua-1"], timestamp=0))
    pdf.finish_pdf(path)
    return path


def test_marks_become_named_destinations(finished):
    with pikepdf.open(finished) as document:
        found = pdf.destinations(document)
        assert set(found) == {"sec-results", "tbl-x", "n-own.rr"}
        assert list(found) == sorted(found)
        assert found["n-own.rr"][0].objgen == document.pages[1].objgen
        assert found["tbl-x"][0].objgen == document.pages[0].objgen


def test_links_to_the_file_itself_stay_inside_and_others_are_left_alone(finished):
    with pikepdf.open(finished) as document:
        addresses = [pdf.address(annotation) for _, annotation in pdf.link_annotations(document)]
    assert addresses == ["two.pdf#n-deaths.rr", "#tbl-x", "#n-own.rr", "https://example.org/#n-own.rr"]


def test_nothing_is_left_of_the_marks_for_assistive_technology(finished):
    with pikepdf.open(finished) as document:
        roles = []

        def walk(element: pikepdf.Object) -> None:
            if isinstance(element, pikepdf.Array):
                for child in element:
                    walk(child)
            elif isinstance(element, pikepdf.Dictionary):
                roles.append(str(element.get("/S", element.get("/Type"))))
                if "/K" in element:
                    walk(element.K)

        walk(document.Root.StructTreeRoot.K)
    assert roles.count("/Link") == roles.count("/OBJR") == 4


def test_finishing_gives_the_same_bytes_and_changes_nothing_the_second_time(finished, tmp_path):
    first = finished.read_bytes()
    again = tmp_path / "again" / "one.pdf"
    again.parent.mkdir()
    again.write_bytes(typst.compile(SOURCE.encode(), format="pdf", pdf_standards=["ua-1"], timestamp=0))
    pdf.finish_pdf(again)
    assert again.read_bytes() == first
    pdf.finish_pdf(finished)
    assert finished.read_bytes() == first


def test_a_finished_file_can_be_read_by_whoever_could_read_a_new_one(finished, tmp_path):
    (tmp_path / "new").touch()
    assert finished.stat().st_mode == (tmp_path / "new").stat().st_mode
