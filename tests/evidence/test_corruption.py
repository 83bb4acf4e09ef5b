"""Files and cells that are wrong are refused, with place, value and remedy."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from data_copy import Copy

from analysis.evidence.load import DataError, load

ROW = "deaths-bowdish2023-d30"
MISTYPED = {
    ("events_treatment", "12x"): "is not an integer; write a whole number",
    ("events_treatment", "1_0"): "is not an integer",
    ("events_treatment", "42.0"): "is not an integer",
    ("events_treatment", "042"): "is not an integer",
    ("events_treatment", "٤٢"): "is not an integer",
    ("events_treatment", "-1"): "is below 0",
    ("events_treatment", " 42"): "starts or ends with a space; delete the space",
    ("locator", "Table 2 "): "starts or ends with a space",
    ("locator", "\u00a0Table 2"): "starts or ends with a space",
    ("printed_estimate", "0,88"): "is not a number; write digits with a decimal point",
    ("printed_estimate", "NaN"): "is not a number",
    ("printed_estimate", "1e3"): "is not a number",
    ("printed_estimate", "−0.88"): "is not a number",
    ("printed_p", "1.2"): "is above 1",
    ("note", "=1+1"): "looks like a spreadsheet formula; write the value",
    ("note", "@SUM(A1)"): "looks like a spreadsheet formula",
    ("events_treatment", "=1+1"): "looks like a spreadsheet formula",
    ("note", "a\tb"): "holds a control character",
    ("outcome", "deaths"): "is not allowed; use one of: death | serious adverse event",
    ("obtained", "remembered"): "is not allowed; use one of: reported | derived | digitised",
    ("counted_unit", ""): "is empty; it is required",
    ("quotation", ""): "is empty; it is required",
    ("address", "somewhere"): "does not have the form required; address of the page",
    ("row_id", "Deaths Bowdish"): "does not have the form required",
    ("trial", "bowdish2024"): "is no row_id of trials.csv; use one that is listed there or add it",
    ("source", "bowdish2024"): "is no key of bibliography.csv",
}


@pytest.mark.parametrize(("column", "value"), MISTYPED)
def test_cell(copy, column: str, value: str) -> None:
    number = copy.put("counts", ROW, column, value)
    problems = [p for p in copy.problems() if p.file == "data/counts.csv"]
    assert len(problems) == 1
    found = problems[0]
    assert (found.row, found.column, found.value) == (number, column, value)
    assert MISTYPED[column, value] in str(found)


def test_message_names_file_row_line_column_value_and_remedy(copy) -> None:
    copy.put("counts", "deaths-lanzoni2021-tard2023", "events_treatment", "12x")
    with pytest.raises(DataError) as caught:
        load(copy.folder)
    assert str(caught.value) == (
        "data/counts.csv, row 1 (line 2), column events_treatment: '12x' is not an integer; "
        "write a whole number such as 12"
    )
    error = caught.value
    assert (error.file, error.row, error.column, error.value) == ("data/counts.csv", 1, "events_treatment", "12x")


@pytest.mark.parametrize(
    ("table", "row_id", "column", "value"),
    [
        ("trials", "bowdish2023", "doi", "doi:10.1164/rccm"),
        ("trials", "bowdish2023", "doi", "https://doi.org/10.1164/rccm"),
        ("trials", "bowdish2023", "registry_id", "NCT0437139"),
        ("trials", "bowdish2023", "registry_id", "nct04371393"),
        ("trials", "shu2020", "registry_id", "ChiCTR20000314"),
        ("trials", "bowdish2023", "pmid", "PMC9896641"),
        ("trials", "bowdish2023", "year", "23"),
        ("choices", "choice-death-bowdish2023", "decided_on", "22.11.2026"),
        ("choices", "choice-death-bowdish2023", "decided_on", "2026-02-30"),
        ("records", "record-001", "is_duplicate", "yes"),
        ("choices", "choice-death-bowdish2023", "rows", "deaths-nobody"),
    ],
)
def test_cell_of_another_table(copy, table: str, row_id: str, column: str, value: str) -> None:
    number = copy.put(table, row_id, column, value)
    assert [(p.file, p.row, p.column, p.value) for p in copy.problems()] == [
        (f"data/{table}.csv", number, column, value)
    ]


BYTES = {
    "byte order mark": (
        lambda raw: b"\xef\xbb\xbf" + raw,
        0,
        "starts with a byte order mark; save as UTF-8 without BOM",
    ),
    "CRLF": (lambda raw: raw.replace(b"\n", b"\r\n"), 0, "has a carriage return; save with Unix line ends"),
    "one CR": (lambda raw: raw.replace(b"\n", b"\r\n", 3), 0, "has a carriage return"),
    "UTF-16": (lambda raw: raw.decode().encode("utf-16-le"), None, "holds a NUL byte, as UTF-16 does; save as UTF-8"),
    "empty": (lambda raw: b"", None, "the file is empty; restore it"),
    "header only": (lambda raw: raw[: raw.index(b"\n") + 1], None, "holds no rows"),
    "cut off": (lambda raw: raw[:-40], None, "does not end with a line end"),
    "huge": (lambda raw: raw + b"x" * 6_000_000, None, "more than 5000000"),
    "open quotation mark": (lambda raw: raw.replace(b'"', b"", 1), None, ""),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes(copy, name: str) -> None:
    change, row, message = BYTES[name]
    copy.bytes("counts", change)
    problems = copy.problems()
    assert problems[0].file == "data/counts.csv"
    if row is not None:
        assert problems[0].row == row
    assert message in str(problems[0])


def test_latin_1_byte_is_placed(copy) -> None:
    number = copy.number("counts", ROW)
    lines = (copy.folder / "counts.csv").read_bytes().split(b"\n")
    lines[number] = lines[number].replace("–".encode(), b"\x96", 1)
    copy.bytes("counts", lambda raw: b"\n".join(lines))
    (found,) = copy.problems()
    assert (found.row, found.value) == (number, "0x96")
    assert "is not UTF-8; save the file as UTF-8" in str(found)


def test_blank_row(copy) -> None:
    rows = copy.rows("choices")
    rows.insert(4, [""] * len(rows[0]))
    copy.write("choices", rows)
    assert [str(p) for p in copy.problems()] == ["data/choices.csv, row 4 (line 5): blank row; delete the line"]


def test_empty_line(copy) -> None:
    copy.bytes("choices", lambda raw: raw + b"\n")
    (found,) = copy.problems()
    assert found.problem == "blank row"


def test_line_break_inside_a_cell(copy) -> None:
    number = copy.put("counts", ROW, "note", "first\nsecond")
    (found,) = copy.problems()
    assert (found.row, found.problem) == (number, "holds a line break inside a cell")


def test_shifted_columns(copy) -> None:
    rows = copy.rows("counts")
    del rows[7][3]
    copy.write("counts", rows)
    (found,) = copy.problems()
    assert (found.row, found.problem) == (7, "21 cells where the header has 22")


HEADERS = {
    "missing column n_treatment": lambda names: [name for name in names if name != "n_treatment"],
    "unknown column 'extra'": lambda names: [*names, "extra"],
    "missing column n_treatment; unknown column 'n_treatment '": lambda names: [
        n + " " if n == "n_treatment" else n for n in names
    ],
    "missing column n_treatment; unknown column 'N_MSC'": lambda names: [
        "N_MSC" if n == "n_treatment" else n for n in names
    ],
    "columns repeated or in another order": lambda names: names[::-1],
}


@pytest.mark.parametrize("problem", HEADERS)
def test_header(copy, problem: str) -> None:
    rows = copy.rows("counts")
    rows[0] = HEADERS[problem](rows[0])
    copy.write("counts", rows)
    (found,) = copy.problems()
    assert (found.row, found.problem) == (0, problem)
    assert "the columns are: row_id, trial, outcome" in found.remedy


def test_two_columns_swapped_in_the_header(copy) -> None:
    copy.bytes("counts", lambda raw: raw.replace(b"events_treatment,n_treatment", b"n_treatment,events_treatment", 1))
    assert copy.problems()[0].problem == "columns repeated or in another order"


def test_repeated_row_id(copy) -> None:
    rows = copy.rows("counts")
    rows.append(rows[1])
    copy.write("counts", rows)
    (found,) = [p for p in copy.problems() if p.file == "data/counts.csv"]
    assert (found.row, found.column, found.problem) == (len(rows) - 1, "row_id", "repeats row 1")


def test_missing_file(copy) -> None:
    (copy.folder / "biomarkers.csv").unlink()
    assert str(copy.problems()[0]).startswith("data/biomarkers.csv: the file is missing; restore it")


def test_file_that_nobody_declared(copy) -> None:
    (copy.folder / "counts_old.csv").write_text("a\n1\n")
    assert str(copy.problems()[0]).startswith("data/counts_old.csv: is not declared in datapackage.json; declare it")


def test_all_problems_are_listed_the_message_shows_twenty(copy) -> None:
    rows = copy.rows("records")
    for row in rows[1:26]:
        row[rows[0].index("year")] = "21"
    copy.write("records", rows)
    copy.put("counts", ROW, "events_treatment", "many")
    with pytest.raises(DataError) as caught:
        load(copy.folder)
    assert len(caught.value.problems) == 26
    assert str(caught.value).count("\n") == 20
    assert str(caught.value).endswith("\nand 6 more")


def test_a_long_value_is_shortened_in_the_message(copy) -> None:
    copy.put("counts", ROW, "events_treatment", "7" * 200 + "x")
    assert re.search(r"'7{59}…' is not an integer", str(copy.problems()[0]))


def without_outcomes(resources: list) -> None:
    for resource in resources:
        keys = resource["schema"].get("foreignKeys", [])
        resource["schema"]["foreignKeys"] = [key for key in keys if key["reference"]["resource"] != "outcomes"]
    resources[:] = [resource for resource in resources if resource["name"] != "outcomes"]


class TestDescriptor:
    """A descriptor that is damaged, or asks for more than the loader knows, is refused."""

    @staticmethod
    def undeclare(copy, edit) -> list:
        path = copy.folder / "datapackage.json"
        package = json.loads(path.read_text(encoding="utf-8"))
        edit(package["resources"])
        path.write_text(json.dumps(package), encoding="utf-8")
        return list(copy.problems())

    @staticmethod
    def change(copy, edit) -> str:
        path = copy.folder / "datapackage.json"
        package = json.loads(path.read_text(encoding="utf-8"))
        edit(package["resources"])
        path.write_text(json.dumps(package), encoding="utf-8")
        (found,) = copy.problems()
        assert found.file == "data/datapackage.json"
        return str(found)

    def test_missing(self, copy) -> None:
        (copy.folder / "datapackage.json").unlink()
        assert "datapackage.json: the file is missing" in str(copy.problems()[0])

    def test_not_json(self, copy) -> None:
        (copy.folder / "datapackage.json").write_text("{", encoding="utf-8")
        assert "not readable as UTF-8 JSON" in str(copy.problems()[0])

    def test_unknown_constraint(self, copy) -> None:
        message = self.change(copy, lambda r: r[0]["schema"]["fields"][0]["constraints"].update(minLength=3))
        assert "minLength is not supported by the loader" in message

    def test_unknown_type(self, copy) -> None:
        message = self.change(copy, lambda r: r[0]["schema"]["fields"][3].update(type="yearmonth"))
        assert "type yearmonth is not supported" in message

    def test_other_dialect(self, copy) -> None:
        assert "unknown dialect" in self.change(copy, lambda r: r[1]["dialect"].update(delimiter=";"))

    def test_column_that_no_row_type_has(self, copy) -> None:
        colour = {"name": "colour", "type": "string", "description": "none"}
        message = self.change(copy, lambda r: r[1]["schema"]["fields"].append(colour))
        assert "'counts' has other columns or types than its row type" in message

    def test_column_that_no_review_goes_without(self, copy) -> None:
        message = self.change(copy, lambda r: r[1]["schema"]["fields"].pop(6))
        assert "'counts' has other columns or types than its row type" in message

    def test_column_that_is_there_and_not_declared(self, copy) -> None:
        (found,) = self.undeclare(copy, lambda r: r[1]["schema"]["fields"].pop())
        assert found.file == "data/counts.csv" and "unknown column 'note'" in str(found)

    def test_column_of_another_type_than_its_row(self, copy) -> None:
        message = self.change(copy, lambda r: r[1]["schema"]["fields"][6].update(type="number"))
        assert "'counts' has other columns or types than its row type" in message

    def test_column_that_may_be_empty_where_its_row_needs_it(self, copy) -> None:
        message = self.change(copy, lambda r: r[2]["schema"]["fields"][8]["constraints"].pop("required"))
        assert "'continuous' has other columns or types than its row type" in message

    def test_table_that_is_not_declared(self, copy) -> None:
        (found,) = self.undeclare(copy, lambda r: r.pop())
        assert found.file == "data/seals.csv" and "is not declared in datapackage.json" in str(found)

    def test_table_that_no_review_goes_without(self, copy) -> None:
        assert "'outcomes' is not declared, and no review goes without it" in self.change(copy, without_outcomes)

    def test_table_that_nobody_knows(self, copy) -> None:
        assert "'colours' is not known to the loader" in self.change(
            copy, lambda r: r[1].update(name="colours", path="colours.csv")
        )

    def test_not_a_package(self, copy) -> None:
        assert "not a tabular data package" in self.change(copy, lambda r: r[0].pop("schema"))


@pytest.mark.parametrize(("separator", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")])
def test_another_separator_is_named(copy: Copy, separator: str, word: str) -> None:
    """As a spreadsheet of another language saves it, cells with separators or line starts in quotation marks too."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(copy.rows("counts"))
    (copy.folder / "counts.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
    (problem,) = [problem for problem in copy.all_problems() if problem.file == "data/counts.csv"]
    assert f"columns are separated by {word}, not by commas" in problem.problem and problem.row == 0
    assert "commas between the columns" in problem.remedy
