"""Finished outputs, the ledger and the page of origins tampered with in every way we know: nothing passes unseen.

Each change must be reported as a file that is not the one that was rendered, and named by what it is.
"""

import shutil
from pathlib import Path

import cases_docx
import cases_html
import cases_pdf
import pytest

GROUPS = {
    cases_html.FILE: cases_html.CASES,
    cases_docx.FILE: cases_docx.CASES,
    cases_pdf.FILE: cases_pdf.CASES,
    "ledger.json": cases_pdf.OF_LEDGER,
    "ledger.csv": cases_pdf.OF_TABLE,
    "origins.html": cases_pdf.OF_ORIGINS,
}
CASES = [(file, name) for file, cases in GROUPS.items() for name in cases]
#: said without the usual words: the file cannot even be read
UNREADABLE = "the ledger can't be read"


@pytest.fixture(scope="module")
def tampered(paper, tmp_path_factory) -> Path:
    """One copy for all cases; each restores what it changed."""
    return Path(shutil.copytree(paper, tmp_path_factory.mktemp("tampered") / "paper"))


@pytest.mark.campaign
@pytest.mark.parametrize(("file", "name"), CASES, ids=[f"{file}: {name}" for file, name in CASES])
def test_a_change_is_caught_and_named(tampered, found, record_property, file, name):
    change, words = GROUPS[file][name]
    path = tampered / "_output" / file
    before = path.read_bytes()
    try:
        change(path)
        assert path.read_bytes() != before
        said = found(tampered)
    finally:
        path.write_bytes(before)
    record_property("tally", f"Tampering with outputs: {'caught' if said else 'missed'}")
    assert f"{file} is not the file that was rendered" in said or UNREADABLE in said
    for one in words:
        assert one in said


def test_words_changed_alike_in_all_formats_are_caught(copy, found):
    # compared with each other the formats agree
    outputs = copy / "_output"
    for form, put in (("html", cases_html.put), ("docx", cases_docx.put)):
        put("of the treated", "of the untreated")(outputs / f"manuscript.{form}")
    said = found(copy)
    for form in ("html", "docx"):
        assert f"manuscript.{form} is not the file that was rendered: its texts changed" in said
        assert f"manuscript.{form}, prose, section “2 Results”: “In five trials" in said


def test_the_restored_files_pass(tampered, found):
    assert found(tampered) == ""
