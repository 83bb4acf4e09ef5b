"""A second reader's copy of a table is compared cell by cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from data_copy import Copy

from analysis.__main__ import main
from analysis.evidence.load import DATA, DataError
from analysis.evidence.second_extraction import compare

DEATHS = "deaths-bowdish2023-d30"


@pytest.fixture
def second(tmp_path: Path) -> Copy:
    """A folder with a second reader's copy of the counts."""
    folder = tmp_path / "second"
    folder.mkdir()
    (folder / "counts.csv").write_bytes((DATA / "counts.csv").read_bytes())
    return Copy(folder)


def test_equal_copies_agree_whole(second: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = compare(second.folder, DATA)
    assert found.rows == 139 and found.cells > 1000 and found.agreement == 1 and found.differences == ()
    assert main(["compare-extraction", str(second.folder / "counts.csv")]) == 0
    assert "100.0% agree, 0 to settle" in capsys.readouterr().out


def test_each_difference_is_listed(second: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    second.put("counts", DEATHS, "events_treatment", "43")
    second.put("counts", DEATHS, "quotation", "")
    rows = second.rows("counts")
    gone = rows.pop(1)
    rows.append(["deaths-new", *rows[1][1:]])
    second.write("counts", rows)
    (found,) = compare(second.folder, DATA)
    listed = [(one.row, one.column) for one in found.differences]
    assert listed == [
        (DEATHS, "events_treatment"), (DEATHS, "quotation"), (gone[0], "the whole row"),
        ("deaths-new", "the whole row"),
    ]  # fmt: skip
    assert found.rows == 138 and found.cells - found.agreed == 2
    assert found.agreement == pytest.approx(1 - 2 / found.cells)
    assert main(["compare-extraction", str(second.folder)]) == 1
    assert "4 to settle" in capsys.readouterr().out


def test_columns_may_be_left_out_and_a_spelling_of_a_number_is_no_difference(second: Copy) -> None:
    rows = second.rows("counts")
    wanted = [rows[0].index(name) for name in ("row_id", "printed_estimate", "events_control")]
    short = [[row[at] for at in wanted] for row in rows]
    changed = next(row for row in short[1:] if "." in row[1])
    changed[1] += "0"
    second.write("counts", short)
    (found,) = compare(second.folder, DATA)
    assert found.differences == () and 0 < found.cells <= 2 * found.rows


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("extraction.csv", "row_id\n", "is no copy of a table; name it as the table"),
        ("seals.csv", "table\n", "is no copy of a table"),
        ("counts.csv", "row_id,colour\nx,red\n", "unknown column 'colour'"),
        ("counts.csv", "events_control\n3\n", "missing column row_id"),
        ("counts.csv", "row_id,events_control\nx,three\n", "is not an integer"),
    ],
)
def test_what_is_no_copy_is_refused(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=words):
        compare(tmp_path / name, DATA)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no CSV file"):
        compare(tmp_path, DATA)
