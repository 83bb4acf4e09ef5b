"""What counts as a number, and what may stand without a key."""

import pytest

from publishing.project.errors import PublishingError
from publishing.verify.numerals import Allowance, Allowed, glued_signs, read_allowed, without_key
from publishing.verify.passages import Kind, Passage, Place, Run


def passage(*runs: Run | str, place: Place = Place.PROSE, caption: str = "") -> Passage:
    parts = tuple(Run(run) if isinstance(run, str) else run for run in runs)
    return Passage(place, "1 Results", parts, caption=caption)


def texts(one: Passage, *allowed: Allowance) -> list[str]:
    return [numeral.text for numeral in without_key("paper", one, Allowed(allowed))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ratio was 0.79 in all.", ["0.79"]),
        ("It fell by 12,500 and 3 %.", ["12,500", "3"]),
        ("x² and 10⁶ cells", ["x²", "10⁶"]),
        ("half, ½ and ⅜", ["½", "⅜"]),
        ("in ٣ trials", ["٣"]),
        ("Ⅳ and ④", ["Ⅳ", "④"]),
        ("seventy-nine per cent", ["seventy-nine"]),
        ("seventy nine per cent", ["seventy nine"]),
        ("Three of them, in hundreds of patients", ["Three", "hundreds"]),
        ("a dozen trials; two-fold", ["dozen", "two-fold"]),
        ("often, tend, weighted, none, one, anyone", []),
        ("H1N1 and B12", ["H1N1", "B12"]),
    ],
)
def test_numerals_of_every_kind_are_seen(text, expected):
    assert texts(passage(text)) == expected


def test_keys_and_structure_excuse_a_numeral_and_nothing_else_does():
    keyed = Run("0.79", key="ratio.estimate")
    assert texts(passage("The ratio was ", keyed, ".")) == []
    assert texts(passage("The ratio was 1", keyed, "5.")) == ["10.795"]
    assert texts(passage("See ", Run("Table 2", kind=Kind.REFERENCE), " and ", Run("[3]", kind=Kind.CITATION))) == []
    assert texts(passage(Run("0.79", claim="direction"))) == ["0.79"]
    assert texts(passage("τ", Run("2", kind=Kind.SCRIPT), Run("+0.5", kind=Kind.FORMULA))) == ["τ2+0.5"]
    assert texts(passage(Run("1. Smith 2020", kind=None), place=Place.REFERENCES)) == []


def test_code_is_excused_only_when_it_is_code():
    assert texts(passage(Run("deaths.pooled.estimate < 1", kind=Kind.CODE))) == []
    assert texts(passage(Run("0.79", kind=Kind.CODE))) == ["0.79"]


def test_allowed_words_are_matched_whole_and_in_their_scope():
    name = Allowance("IL-6", "a name")
    assert texts(passage("IL-6 fell"), name) == []
    assert texts(passage("IL-60 fell; XIL-6 too; IL-6.5"), name) == ["IL-60", "XIL-6", "IL-6.5"]
    assert texts(passage("IL-6, 6"), name) == ["6"]
    tables_only = Allowance("IL-6", "a name", places=("table cell",))
    assert texts(passage("IL-6"), tables_only) == ["IL-6"]
    assert texts(passage("IL-6", place=Place.CELL), tables_only) == []
    elsewhere = Allowance("IL-6", "a name", documents=("supplement",))
    assert texts(passage("IL-6"), elsewhere) == ["IL-6"]
    examples = Allowance("", "a table of examples", ("paper",), table="How numbers are printed")
    assert texts(passage("0.5", place=Place.CELL, caption="How numbers are printed, by kind."), examples) == []
    assert texts(passage("0.5", place=Place.CELL, caption="Other"), examples) == ["0.5"]
    assert texts(passage("0.5", caption="How numbers are printed"), examples) == ["0.5"]


def test_an_allowance_does_not_reach_into_a_keyed_number():
    keyed = Run("19", key="count")
    assert texts(passage("COVID-", keyed, " and COVID-19"), Allowance("COVID-19", "a name")) == []
    assert texts(passage("COVID-", keyed, "9"), Allowance("COVID-199", "a name")) == ["COVID-199"]


@pytest.mark.parametrize("before", ["was −", "was < ", "(-", "P ≤ ", "±"])
def test_a_sign_typed_before_a_number_is_seen(before):
    assert list(glued_signs(passage(before, Run("0.79", key="ratio.estimate"))))


@pytest.mark.parametrize("before", ["was ", "0.49–", "P = ", "fell-", ""])
def test_other_text_before_a_number_is_not_a_sign(before):
    assert not list(glued_signs(passage(before, Run("0.79", key="ratio.estimate"))))


def test_a_range_of_two_numbers_holds_no_sign():
    assert not list(glued_signs(passage(Run("0.49", key="low"), "–", Run("1.30", key="high"))))
    assert not list(glued_signs(passage(Run("a", key="low"), Run("−", key="low"), Run("1.30", key="high"))))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- text: IL-6", "entry 1 needs text and reason"),
        ("- {text: IL-6, reason: a name of something, pattern: x}", "entry 1 needs text and reason"),
        ("- {text: IL-6, reason: name}", "says nothing"),
        ("- {text: words, reason: a good reason for it}", "holds no numeral"),
        ("- {text: IL-6, reason: name of a marker, places: [margin]}", "there is no place margin"),
        ("- {text: IL-6, reason: name of a marker}\n- {text: IL-6, reason: again this name}", "stands here twice"),
        ("- {table: Rules, reason: a table of examples}", "entry 1 needs text and reason"),
    ],
)
def test_a_bad_list_is_refused(tmp_path, text, fault):
    path = tmp_path / "allowed.yml"
    path.write_text(text)
    with pytest.raises(PublishingError, match=fault):
        read_allowed(path)


def test_an_entry_that_allows_nothing_any_more_is_reported(copy, found):
    with (copy / "allowed_numerals.yml").open("a") as stream:
        stream.write("- text: SARS-CoV-2\n  reason: name of the virus\n")
    assert "allowed_numerals.yml: “SARS-CoV-2” is allowed and stands nowhere" in found(copy)
