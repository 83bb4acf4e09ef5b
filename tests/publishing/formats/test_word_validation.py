"""A finished DOCX opens without repair: the Open XML schemas by a validator of their own, and what no schema says."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest
from filtering import TABLE, write_docx
from openxml_audit import OpenXmlValidator

from publishing.formats.word import controls, package, validation
from publishing.formats.word.finish import finish_docx
from publishing.formats.word.pages import Layout
from publishing.formats.word.reference import write_reference
from publishing.project.errors import PublishingError

DOCUMENT = f"""
# First {{#sec-first}}

See @fig-a, @tbl-b and @sec-first; a note.[^1] A ratio of [*0.79*]{{data-key="deaths.rr"}}.

[^1]: With [a link](https://example.org).

![A caption](x.png){{#fig-a fig-alt="A dot"}}

::: {{.landscape}}
{TABLE}
: Caption with [12]{{data-key="n"}} {{#tbl-b}}
:::

- a list
- of two

1. and one
2. with numbers

$$
x^2
$$ {{#eq-e}}

Last.
"""


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_reference(tmp_path_factory.mktemp("reference") / "reference.docx")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, reference: Path) -> Path:
    path = write_docx(DOCUMENT, tmp_path_factory.mktemp("valid") / "a.docx", "--reference-doc", str(reference))
    finish_docx(path)
    return path


def faults(path: Path) -> list[str]:
    return [f"{error.part_uri}: {error.description}" for error in OpenXmlValidator().validate(path).errors]


def test_reference_document_follows_the_schemas(reference: Path) -> None:
    assert faults(reference) == []


def test_usual_layout_follows_the_schemas(path: Path) -> None:
    assert faults(path) == []


def test_submission_layout_without_content_controls_follows_the_schemas(path: Path, tmp_path: Path) -> None:
    handed_on = tmp_path / "a.docx"
    shutil.copyfile(path, handed_on)
    finish_docx(handed_on, Layout.of({"line-numbers": True, "line-spacing": 2}))
    controls.release(handed_on)
    assert faults(handed_on) == []
    validation.check_docx(handed_on)


def test_validator_of_the_schemas_sees_a_wrong_order(path: Path, tmp_path: Path) -> None:
    # without this the tests above would pass with a validator that looks at nothing
    wrong = changed(path, tmp_path, "word/document.xml", r"(<w:pStyle [^>]*/>)(<w:keepNext/>)", r"\2\1")
    assert any("keepNext" in fault or "pStyle" in fault for fault in faults(wrong))


def changed(path: Path, folder: Path, part: str, pattern: str, replacement: str) -> Path:
    """A copy of ``path`` in which the first passage of ``part`` that fits ``pattern`` is replaced."""
    copy = folder / "wrong.docx"
    shutil.copyfile(path, copy)
    before = zipfile.ZipFile(path).read(part).decode()
    after = re.sub(pattern, replacement, before, count=1, flags=re.DOTALL)
    assert after != before, pattern
    package.rewrite(copy, {part: after.encode()})
    return copy


DOCUMENT_PART = "word/document.xml"


@pytest.mark.parametrize(
    ("part", "pattern", "replacement", "words"),
    [
        (DOCUMENT_PART, r"<w:bookmarkEnd [^>]*/>", "", "has no end"),
        (DOCUMENT_PART, r"(<w:bookmarkStart [^>]*/>)", r"\1\1", "two bookmarks"),
        (DOCUMENT_PART, r'w:name="fig-a"', f'w:name="{"x" * 41}"', "too long a name"),
        (DOCUMENT_PART, r'w:fldCharType="end"', 'w:fldCharType="separate"', "a field has no end"),
        (DOCUMENT_PART, r'w:fldCharType="begin"', 'w:fldCharType="separate"', "without a begin"),
        (DOCUMENT_PART, r"REF _Ref_fig_a ", "REF _Ref_fig_z ", "_Ref_fig_z, which is nowhere"),
        (DOCUMENT_PART, r"(SEQ Figure.*?<w:t>)1<", r"\g<1>7<", "which says “Figure\u00a07”"),
        (DOCUMENT_PART, r'w:anchor="fig-a"', 'w:anchor="fig-z"', "a link leads to fig-z"),
        (DOCUMENT_PART, r'r:embed="[^"]*"', 'r:embed="rId999"', "the relation rId999 is none"),
        (DOCUMENT_PART, r'<w:tag w:val="[^"]*"', f'<w:tag w:val="{"k" * 65}"', "is too long"),
        (DOCUMENT_PART, r"(<wp:docPr [^>]*/>)", r"\1\1", "two pictures have the id"),
        ("[Content_Types].xml", r'<Override [^>]*PartName="/word/footnotes.xml"[^>]*/>', "", None),
        ("[Content_Types].xml", r'<Default Extension="png"[^>]*/>', "", "has no content type"),
        ("word/_rels/document.xml.rels", r'Target="media/[^"]*"', 'Target="media/none.png"', "which is not there"),
    ],
)
def test_damage_is_found(
    path: Path, tmp_path: Path, part: str, pattern: str, replacement: str, words: str | None
) -> None:
    wrong = changed(path, tmp_path, part, pattern, replacement)
    if words is None:
        # the suffix xml has a type of its own; that it is the wrong one the other validator sees
        assert faults(wrong)
        return
    with pytest.raises(PublishingError) as caught:
        validation.check_docx(wrong)
    assert words in str(caught.value)


def test_finishing_refuses_a_damaged_file_and_leaves_it(path: Path, tmp_path: Path) -> None:
    wrong = changed(path, tmp_path, DOCUMENT_PART, r'w:anchor="fig-a"', 'w:anchor="fig-z"')
    before = wrong.read_bytes()
    with pytest.raises(PublishingError, match=r"wrong\.docx: Word would find this file damaged: .*fig-z"):
        finish_docx(wrong)
    assert wrong.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["wrong.docx"]
