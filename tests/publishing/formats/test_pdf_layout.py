"""The page of the typst template: floats, tables that stay whole or break, the layout of a manuscript."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from filtering import pandoc
from printed import Printed

from publishing.verify.passages import Place
from publishing.verify.pdf_text import marked_text

PARAGRAPH = "Word after word goes on and on until the line is full. " * 12
TEXT = "\n\n".join(f"Paragraph {letter}. {PARAGRAPH}" for letter in "abcde")
ROW = "| row{} | value |\n"
LINE_NUMBERS = "manuscript-layout: {line-numbers: true, line-spacing: 2}\n"


def table(rows: int) -> str:
    return "| Name | Value |\n|---|---|\n" + "".join(ROW.format(number) for number in range(rows))


FIGURE = "![Caption of it](x.png){#fig-a fig-alt=Square}\n"
AFTER = f"After the figure, see @fig-a. {PARAGRAPH}\n\n# Next\n\n{PARAGRAPH}"


@pytest.fixture(scope="module")
def floating(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    return Printed(tmp_path_factory.mktemp("floating"), f"{TEXT}\n\n{FIGURE}\n{AFTER}")


def test_text_fills_the_page_that_a_figure_leaves(floating):
    assert floating.page_of("Caption of it") == 1
    assert floating.page_of("After the figure") == 0


def test_a_floating_figure_is_read_where_it_was_written(floating):
    order = [passage.text[:16] for passage in floating.read().passages if passage.place is not Place.ALTERNATIVE]
    assert order.index("Figure 1: Captio") == order.index("After the figure") - 1


def test_a_floating_figure_stays_below_the_title(tmp_path):
    printed = Printed(tmp_path, f"{FIGURE}\n{AFTER}")
    assert printed.page_of("Caption of it") == 0
    assert printed.pages[0].index("A title") < printed.pages[0].index("Caption of it")


def test_floats_of_kinds_of_ones_own_keep_their_place(tmp_path):
    text = f"{TEXT}\n\n{FIGURE}\n{AFTER}".replace("#fig-a", "#sfig-a").replace("@fig-a", "@sfig-a")
    printed = Printed(tmp_path, text)
    assert printed.page_of("After the figure") == printed.page_of("Caption of it") == 1


@pytest.mark.parametrize(("kind", "rows"), [("tbl", 20), ("stbl", 15)])
def test_a_table_that_fits_on_a_part_of_a_page_is_not_split(tmp_path, kind, rows):
    """Half a page in the paper, less in a supplement, where tables follow each other with little text to run on."""
    printed = Printed(tmp_path, f"{TEXT}\n\n::: {{#{kind}-a}}\n{table(rows)}\n\nCaption of it\n:::\n\n{PARAGRAPH}")
    last = f"row{rows - 1}"
    assert printed.page_of("Caption of it") == printed.page_of("row0") == printed.page_of(last) == 1


def test_a_long_table_breaks_between_rows_and_repeats_its_head(tmp_path):
    printed = Printed(tmp_path, f"::: {{#stbl-a}}\n{table(120)}\n\nCaption of it\n:::\n")
    assert len(printed.pages) == 3
    assert all("Name" in page and "row" in page for page in printed.pages)
    cells = [passage for passage in printed.read().passages if passage.place is Place.CELL]
    assert [cell.text for cell in cells].count("Name") == 1


def test_a_long_table_does_not_begin_with_a_line_or_two(tmp_path):
    printed = Printed(tmp_path, f"{TEXT}\n\n{PARAGRAPH}\n\n# Head\n\n::: {{#stbl-a}}\n{table(60)}\n\nCaption\n:::\n")
    assert printed.page_of("Head") == printed.page_of("Caption") == printed.page_of("row0") == printed.page_of("row5")


def baselines(path: Path) -> list[float]:
    """Heights of the lines on the first page."""
    with pikepdf.open(path) as document:
        pieces = [piece for found in marked_text(document).values() for piece in found if piece.page == 0]
    return sorted({round(piece.height, 1) for piece in pieces}, reverse=True)


def test_lines_of_the_submission_layout_are_numbered_and_stand_apart(tmp_path):
    text = f"::: {{#tbl-a}}\n{table(3)}\n\nCaption of it\n:::\n\n{TEXT}"
    (tmp_path / "plain").mkdir()
    (tmp_path / "layout").mkdir()
    plain = Printed(tmp_path / "plain", text)
    printed = Printed(tmp_path / "layout", text, LINE_NUMBERS)
    numbers = [int(line) for page in printed.pages for line in page.split("\n") if line.strip().isdigit()]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    # as many numbers as lines of text, the title's among them, and none in the table and its caption
    lines = sum("line" in line or "until" in line for page in plain.pages for line in page.split("\n"))
    assert len(numbers) == lines + 1
    assert [passage.text for passage in printed.read().passages] == [p.text for p in plain.read().passages]
    single, double = (baselines(one.path)[-10:] for one in (plain, printed))
    assert double[0] - double[1] == pytest.approx(2 * (single[0] - single[1]), abs=0.2)


def test_column_room_goes_where_it_saves_lines(tmp_path):
    reason = "a reason that takes a whole sentence to say and then another one to explain " * 3
    rows = "".join(f"| bias | not serious at all | 1 | {reason} |\n" for _ in range(6))
    rows += f"| a name that is long only once, at the end of the table | no | 2 | {reason} |\n"
    done = pandoc("| Domain | Rating | Levels taken off | Reason |\n|---|---|---|---|\n" + rows, "typst")
    columns = done.stdout.decode().partition("columns: (")[2].partition(",)")[0]
    shares = [float(share.rstrip("%")) for share in columns.split(", ")]
    assert shares[3] > 60
    assert sum(shares) == pytest.approx(100, abs=0.1)


def test_a_title_block_of_more_than_a_page_goes_on_overleaf(tmp_path):
    people = "".join(f"  - {{name: Person number{number}, orcid: 0000-0002-1825-0097}}\n" for number in range(300))
    printed = Printed(tmp_path, "The text.", f"author:\n{people}")
    assert len(printed.pages) > 2
    assert printed.page_of("number299") > 0
    assert printed.page_of("The text.") == len(printed.pages) - 1
