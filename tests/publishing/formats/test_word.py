"""A finished DOCX, element by element: what a journal's office, Word and a screen reader rely on."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from filtering import FRONT_MATTER, pandoc, write_docx
from lxml import etree

from publishing.formats.word import controls as word_controls
from publishing.formats.word import order as word_order
from publishing.formats.word import package, tables
from publishing.formats.word.finish import finish_docx
from publishing.formats.word.pages import Layout
from publishing.formats.word.reference import LOOKS, write_reference
from publishing.project.errors import PublishingError

LONG = "| a | b | c |\n|---|---|--:|\n" + "".join(f"| row {row} | words and words | {row} |\n" for row in range(40))

DOCUMENT = f"""
# First {{#sec-first}}

See @fig-a, @tbl-long, @stbl-wide and @sec-first.

![A caption with [0.79]{{data-key="fig.key"}}](x.png){{#fig-a fig-alt="A dot"}}

::: {{#tbl-long tbl-colwidths="[20,60,20]"}}
{LONG}

Long table with [*12*]{{data-key="cap.key"}}.
:::

Between.

# Wide

::: {{#stbl-wide .landscape}}
| a | b |
|---|--:|
| [1]{{data-key="cell.key"}} | [[2]{{data-key="link.key"}}](https://example.org) |

Wide.
:::

Last paragraph.
"""


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_reference(tmp_path_factory.mktemp("reference") / "reference.docx")


def built(text: str, path: Path, reference: Path, layout: Layout | None = None) -> Path:
    write_docx(text, path, "--reference-doc", str(reference))
    finish_docx(path, layout)
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, reference: Path) -> Path:
    return built(DOCUMENT, tmp_path_factory.mktemp("word") / "a.docx", reference)


@pytest.fixture(scope="module")
def body(path: Path) -> etree._Element:
    return docx.Document(str(path)).element.body


def paragraph_styles(body: etree._Element) -> Iterator[tuple[str, str]]:
    for paragraph in body.iter(qn("w:p")):
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        yield (style.get(qn("w:val")) if style is not None else ""), tables.text_of(paragraph)


# Tables ----------------------------------------------------------------------------------------------------------


def test_tables_have_fixed_widths_inside_the_margins(body: etree._Element) -> None:
    long, wide = body.findall(qn("w:tbl"))
    portrait, landscape = round((210 - 50) / 25.4 * 1440), round((297 - 50) / 25.4 * 1440)
    for table, available in ((long, portrait), (wide, landscape)):
        columns = [int(column.get(qn("w:w"))) for column in table.find(qn("w:tblGrid"))]
        assert sum(columns) <= available + 1
        assert table.find(f"{qn('w:tblPr')}/{qn('w:tblLayout')}").get(qn("w:type")) == "fixed"
        for row in table.iter(qn("w:tr")):
            cells = [int(cell.get(qn("w:w"))) for cell in row.iter(qn("w:tcW"))]
            assert cells == columns
    columns = [int(column.get(qn("w:w"))) for column in long.find(qn("w:tblGrid"))]
    assert columns[1] / sum(columns) == pytest.approx(0.6, abs=0.01)
    assert sum(columns) == pytest.approx(portrait, abs=1)


def test_header_rows_repeat_and_rows_stay_whole(body: etree._Element) -> None:
    for table in body.iter(qn("w:tbl")):
        rows = table.findall(qn("w:tr"))
        headers = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
        assert headers == [True] + [False] * (len(rows) - 1)
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)


def test_three_rules_and_no_grid(body: etree._Element) -> None:
    for table in body.iter(qn("w:tbl")):
        rows = table.findall(qn("w:tr"))
        rules = [{rule.tag.split("}")[1] for cell in row.iter(qn("w:tcBorders")) for rule in cell} for row in rows]
        assert rules[0] == {"top", "bottom"}
        assert rules[-1] == {"bottom"}
        assert not any(rules[1:-1])


def test_short_table_is_kept_on_one_page_and_long_one_may_break(body: etree._Element) -> None:
    long, wide = body.findall(qn("w:tbl"))
    kept = [row.find(f".//{qn('w:keepNext')}") is not None for row in long.findall(qn("w:tr"))]
    assert kept[0] and not any(kept[1:])
    kept = [row.find(f".//{qn('w:keepNext')}") is not None for row in wide.findall(qn("w:tr"))]
    assert kept == [True, False]


def test_table_is_named_by_its_caption(body: etree._Element) -> None:
    names = [name.get(qn("w:val")) for name in body.iter(qn("w:tblCaption"))]
    assert names == ["Table\u00a01: Long table with 12.", "Table\u00a0S1: Wide."]


def test_every_table_is_described_by_its_caption_and_its_columns(body: etree._Element, path: Path) -> None:
    described = [table.find(f"{qn('w:tblPr')}/{qn('w:tblDescription')}") for table in body.iter(qn("w:tbl"))]
    assert [one.get(qn("w:val")) for one in described] == [
        "Table\u00a01: Long table with 12. Columns: a; b; c.", "Table\u00a0S1: Wide. Columns: a; b.",
    ]  # fmt: skip
    for one in described:
        assert [child.tag for child in one.getparent()][-2:] == [qn("w:tblCaption"), qn("w:tblDescription")]


def test_a_table_without_caption_is_described_by_its_columns(tmp_path: Path, reference: Path) -> None:
    text = "| Author | ORCID |\n|---|---|\n| A | 1 |\n\n:::\n\n|   |   |\n|---|---|\n| B | 2 |\n"
    found = docx.Document(str(built(text, tmp_path / "a.docx", reference))).element.body
    described = [one.get(qn("w:val")) for one in found.iter(qn("w:tblDescription"))]
    assert described == ["Columns: Author; ORCID.", "Columns: B; 2."]


def test_word_opens_the_file_and_its_reference_without_compatibility_mode(
    path: Path, reference: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.docx"
    shutil.copy(path, again)
    finish_docx(again)
    for file in (path, reference, again):
        with zipfile.ZipFile(file) as archive:
            settings = etree.fromstring(archive.read("word/settings.xml"))
        (compat,) = settings.findall(qn("w:compat"))
        found = [(one.get(qn("w:name")), one.get(qn("w:uri")), one.get(qn("w:val"))) for one in compat]
        assert found.count(("compatibilityMode", "http://schemas.microsoft.com/office/word", "15")) == 1
        assert len({name for name, *_ in found}) == len(found)
        after = [etree.QName(child).localname for child in compat.itersiblings()]
        before = [etree.QName(child).localname for child in compat.itersiblings(preceding=True)]
        assert not {"zoom", "footnotePr", "endnotePr", "defaultTabStop", "characterSpacingControl"} & set(after)
        assert not {"rsids", "mathPr", "themeFontLang", "clrSchemeMapping", "decimalSymbol"} & set(before)


def test_what_a_file_says_of_compatibility_beside_its_mode_stays(path: Path) -> None:
    document = docx.Document(str(path))
    compat = document.settings.element.find(qn("w:compat"))
    compat[0].set(qn("w:val"), "11")
    compat.insert(0, etree.SubElement(compat, qn("w:useFELayout")))
    package.set_compatibility(document)
    assert compat[0].tag == qn("w:useFELayout")
    modes = [one.get(qn("w:val")) for one in compat if one.get(qn("w:name")) == "compatibilityMode"]
    assert modes == ["15"]


def test_outer_table_around_a_float_is_taken_away(tmp_path: Path, reference: Path) -> None:
    path = write_docx(DOCUMENT, tmp_path / "q.docx", "--reference-doc", str(reference))
    document = docx.Document(str(path))
    table = document.element.body.find(qn("w:tbl"))
    outer = document.add_table(1, 1)._tbl
    table.addprevious(outer)
    outer.find(f".//{qn('w:tc')}").append(table)
    picture = next(document.element.body.iter(qn("wp:inline"))).getparent().getparent().getparent()
    second = document.add_table(1, 1)._tbl
    picture.addprevious(second)
    second.find(f".//{qn('w:tc')}").append(picture)
    document.save(str(path))
    finish_docx(path)
    body = docx.Document(str(path)).element.body
    assert [len(table.findall(qn("w:tr"))) for table in body.iter(qn("w:tbl"))] == [41, 2]
    assert body.find(f".//{qn('w:tbl')}//{qn('w:drawing')}") is None


def test_widths_of_an_unknown_table_are_equal() -> None:
    assert tables.widths_within([0, 0], 1.0, 9000) == [4500, 4500]
    assert tables.widths_within([1, 3], 0.5, 8000) == [1000, 3000]
    assert sum(tables.widths_within([1, 1, 1], 1.2, 1000)) <= 1000


# Captions and references -----------------------------------------------------------------------------------------


def test_captions_have_word_fields_bookmarks_and_styles(body: etree._Element) -> None:
    styles = dict(paragraph_styles(body))
    assert styles["ImageCaption"].startswith("Figure\u00a01: A caption with 0.79")
    fields = [text for field in body.iter(qn("w:instrText")) if (text := field.text.strip()).startswith("SEQ")]
    assert fields == ["SEQ Figure \\* ARABIC", "SEQ Table \\* ARABIC", "SEQ Table_S \\* ARABIC"]
    marked = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    anchors = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink")) if link.get(qn("w:anchor"))]
    assert anchors == ["fig-a", "tbl-long", "stbl-wide", "sec-first"]
    assert set(anchors) <= marked


def test_captions_stay_with_their_floats(body: etree._Element) -> None:
    for style in ("TableCaption", "CaptionedFigure"):
        found = [
            paragraph
            for paragraph in body.iter(qn("w:p"))
            if paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}[@{qn('w:val')}='{style}']") is not None
        ]
        assert found
        assert all(paragraph.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None for paragraph in found)


def test_content_controls_carry_keys_and_keep_formatting(body: etree._Element) -> None:
    controls = {
        control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val")): control for control in body.iter(qn("w:sdt"))
    }
    assert {key: tables.text_of(control) for key, control in controls.items()} == {
        "fig.key": "0.79", "cap.key": "12", "cell.key": "1", "link.key": "2",
    }  # fmt: skip
    assert controls["cap.key"].find(f".//{qn('w:i')}") is not None
    assert controls["link.key"].getparent().tag == qn("w:hyperlink")


# Pictures, pages, properties -------------------------------------------------------------------------------------


def test_picture_has_its_alternative_text_and_fits(tmp_path: Path, reference: Path) -> None:
    path = built('![Cap](x.png){#fig-a fig-alt="A dot" width=40cm}', tmp_path / "a.docx", reference)
    inline = next(docx.Document(str(path)).element.body.iter(qn("wp:inline")))
    assert inline.find(qn("wp:docPr")).get("descr") == "A dot"
    assert [inline.get(f"dist{side}") for side in "TBLR"] == ["0"] * 4
    extent = inline.find(qn("wp:extent"))
    assert int(extent.get("cx")) <= Mm(160)
    assert int(extent.get("cy")) <= Mm(247 * 0.83)
    assert int(extent.get("cx")) == pytest.approx(int(extent.get("cy")), rel=0.01)


def test_picture_without_alternative_text_is_refused_and_the_file_left_alone(tmp_path: Path) -> None:
    path = write_docx("![Cap](x.png){#fig-a}", tmp_path / "a.docx")
    before = path.read_bytes()
    with pytest.raises(PublishingError, match="picture 1 has no alternative text"):
        finish_docx(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.glob("*.docx")] == ["a.docx"]


def test_landscape_section_keeps_header_footer_and_page_size(path: Path) -> None:
    sections = docx.Document(str(path)).sections
    sizes = [
        (round((section.page_width or 0) / Mm(1)), round((section.page_height or 0) / Mm(1))) for section in sections
    ]
    assert sizes == [(210, 297), (297, 210), (210, 297)]
    for section in sections:
        assert "1 of 1" in section.footer.paragraphs[0].text
        assert section.header.paragraphs[0].text == "A title"
    assert [section.different_first_page_header_footer for section in sections] == [True, False, False]


def test_heading_goes_along_with_its_turned_table_and_no_section_is_empty(body: etree._Element) -> None:
    pieces: list[list[str]] = [[]]
    for block in body:
        if block.tag in (qn("w:p"), qn("w:tbl")):
            pieces[-1].append(tables.text_of(block))
            if block.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
                pieces.append([])
    assert len(pieces) == 3
    assert pieces[1][0] == "2 Wide"
    assert all("".join(piece).strip() for piece in pieces)


def test_properties_language_and_no_metadata_of_the_tools(path: Path) -> None:
    document = docx.Document(str(path))
    assert (document.core_properties.title, document.core_properties.language) == ("A title", "en-GB")
    languages = {lang.get(qn("w:val")) for lang in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}
    assert "docProps/custom.xml" not in zipfile.ZipFile(path).namelist()


def test_authors_of_the_front_matter_become_the_creator(tmp_path: Path, reference: Path) -> None:
    front = FRONT_MATTER.replace("---\n\n", "author: [{name: Ann Author}, {name: Bob Other}]\n---\n\n")
    path = tmp_path / "a.docx"
    assert pandoc(front + "Text.", "docx", "--reference-doc", str(reference), "--output", str(path)).returncode == 0
    finish_docx(path)
    assert docx.Document(str(path)).core_properties.author == "Ann Author; Bob Other"


def test_same_content_gives_the_same_bytes(path: Path, tmp_path: Path, reference: Path) -> None:
    again = built(DOCUMENT, tmp_path / "again.docx", reference)
    assert again.read_bytes() == path.read_bytes()
    assert write_reference(tmp_path / "r.docx").read_bytes() == reference.read_bytes()


def test_submission_layout(tmp_path: Path, reference: Path) -> None:
    layout = Layout.of({"line-numbers": True, "line-spacing": 2, "title-page": True})
    document = docx.Document(str(built(DOCUMENT, tmp_path / "s.docx", reference, layout)))
    assert len(document.sections) == 3
    assert all(section._sectPr.find(qn("w:lnNumType")) is not None for section in document.sections)
    spacing = {style.name: style.paragraph_format.line_spacing for style in document.styles if style.type == 1}
    wide = ("Body Text", "Abstract", "Bibliography", "Table Caption", "Image Caption", "Affiliation")
    assert {name for name in wide if spacing[name] != 2} == set()
    assert {name for name in spacing if name.startswith("Table Text") and spacing[name] != 1} == set()
    assert [
        paragraph.style.name for paragraph in document.paragraphs if paragraph.paragraph_format.page_break_before
    ] == ["Heading 1"]
    header = next(style for style in document.styles if style.name == "Header")
    assert word_order.has(header.element.pPr, "suppressLineNumbers")


def test_file_handed_on_says_the_same_without_content_controls(path: Path, tmp_path: Path) -> None:
    handed_on = tmp_path / "a.docx"
    shutil.copyfile(path, handed_on)
    word_controls.release(handed_on)
    before, after = (docx.Document(str(file)).element.body for file in (path, handed_on))
    assert before.find(f".//{qn('w:sdt')}") is not None
    assert after.find(f".//{qn('w:sdt')}") is None
    assert [tables.text_of(p) for p in after.iter(qn("w:p"))] == [tables.text_of(p) for p in before.iter(qn("w:p"))]
    assert word_controls.check_released(handed_on).read_bytes() == path.read_bytes()


def test_file_handed_on_that_was_changed_is_noticed(path: Path, tmp_path: Path) -> None:
    handed_on = tmp_path / "a.docx"
    shutil.copyfile(path, handed_on)
    with pytest.raises(PublishingError, match="is not there"):
        word_controls.check_released(handed_on)
    word_controls.release(handed_on)
    with zipfile.ZipFile(handed_on) as archive:
        content = archive.read("word/document.xml")
    package.rewrite(handed_on, {"word/document.xml": content.replace(b"0.79", b"0.97")})
    with pytest.raises(PublishingError, match="not the verified file"):
        word_controls.check_released(handed_on)


# Schema ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("member", ["word/document.xml", "word/styles.xml"])
@pytest.mark.parametrize("tag", list(word_order.ORDERS))
def test_properties_stand_in_the_order_of_the_schema(tag: str, member: str, tmp_path: Path, reference: Path) -> None:
    # Word reports "unreadable content" where the order of CT_PPr, CT_RPr … is broken
    layout = Layout(line_numbers=True)
    root = etree.fromstring(zipfile.ZipFile(built(DOCUMENT, tmp_path / "o.docx", reference, layout)).read(member))
    order = word_order.ORDERS[tag]
    for element in root.iter(qn(f"w:{tag}")):
        names = [child.tag.split("}")[1] for child in element]
        assert names == sorted(names, key=order.index), etree.tostring(element)


def test_bookmarks_and_pictures_are_numbered_uniquely(body: etree._Element) -> None:
    marks = [mark.get(qn("w:id")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert len(marks) == len(set(marks))
    assert len(marks) == len(list(body.iter(qn("w:bookmarkEnd"))))
    pictures = [picture.get("id") for picture in body.iter(qn("wp:docPr"))]
    assert len(pictures) == len(set(pictures))


# Reference document ----------------------------------------------------------------------------------------------


def test_reference_document_looks_as_declared(reference: Path) -> None:
    document = docx.Document(str(reference))
    styles = {style.name: style for style in document.styles}
    for name, look in LOOKS.items():
        assert styles[name].font.name == look.font, name
        assert styles[name].font.size.pt == look.size, name
        assert styles[name].font.bold == look.bold, name
    assert not [
        attribute
        for fonts in document.styles.element.iter(qn("w:rFonts"))
        for attribute in fonts.attrib
        if "heme" in str(attribute)
    ]
    section = document.sections[0]
    assert (round((section.page_width or 0) / Mm(1)), round((section.page_height or 0) / Mm(1))) == (210, 297)
    fields = [field.text.strip() for field in section.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
