"""How values become text: rounding, signs, kinds, and the key that travels with the text."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.printing.numbers import MINUS, RULES, CannotPrint, count, p_value, percent, ratio, rounded, variance
from analysis.printing.printer import Printed, Printer
from analysis.printing.quantities import KINDS, UnknownKey, look_up, quantity


@dataclass(frozen=True)
class Leaf:
    name: str
    estimate: float = quantity("ratio")
    low: float = quantity("ratio")
    high: float = quantity("ratio")
    level: float = quantity("fraction")
    p_value: float = quantity("probability")
    k: int = quantity("count")


@dataclass(frozen=True)
class Tree:
    deaths: Leaf
    by_name: dict


LEAF = Leaf("deaths", 0.79704, 0.48957, 1.29763, 0.95, 0.2662, 5)
PRINT = Printer(Tree(LEAF, {"a": LEAF}))


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (0.125, 2, "0.13"),
        (0.135, 2, "0.14"),
        (2.675, 2, "2.68"),
        (-0.5, 0, f"{MINUS}1"),
        (-0.0001, 2, "0.00"),
        (1234.5, 0, "1,235"),
    ],
)
def test_half_is_rounded_away_from_zero_from_the_shortest_decimal(value, places, text):
    assert rounded(value, places) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.79704, "0.80"),
        (0.0613, "0.061"),
        (0.0949, "0.095"),
        (0.095, "0.10"),
        (18.26, "18.3"),
        (9.996, "10.0"),
        (120.4, "120"),
        (999.4, "999"),
        (1000.4, "1,000"),
        (1000.5, ">1,000"),
        (1.7e6, ">1,000"),
        (0.0005, "0.001"),
        (0.00049, "<0.001"),
    ],
)
def test_ratio_keeps_the_digits_that_say_something(value, text):
    assert ratio(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "<0.001"),
        (0.00099, "<0.001"),
        (0.001, "0.001"),
        (0.0473, "0.047"),
        (0.2662, "0.27"),
        (0.0996, "0.10"),
        (0.995, ">0.99"),
        (1.0, ">0.99"),
    ],
)
def test_p_is_never_nought_and_never_one(value, text):
    assert p_value(value) == text


@given(st.floats(0, 1))
def test_p_never_prints_a_bare_nought_or_one(value):
    assert p_value(value) not in {"0", "0.0", "0.00", "0.000", "1", "1.0", "1.00"}


@given(st.floats(1e-3, 900))
def test_printed_ratio_lies_within_half_a_unit_of_its_last_digit(value):
    text = ratio(value).replace(",", "")
    places = len(text.partition(".")[2])
    assert abs(float(text) - value) <= 0.5 * 10**-places * (1 + 1e-9)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, 0.0])
def test_what_is_no_ratio_is_refused(value):
    with pytest.raises(CannotPrint):
        ratio(value)


def test_other_rules():
    assert (count(222), percent(0.0724), variance(0.0100298), variance(0.0), variance(1e-5)) == (
        "222", "7%", "0.010", "0", "<0.001",
    )  # fmt: skip
    with pytest.raises(CannotPrint, match="whole number"):
        count(2.5)


def test_a_printed_text_carries_its_key_into_markdown():
    assert PRINT("deaths.estimate") == Printed("0.80", "deaths.estimate")
    assert PRINT("deaths.estimate")._repr_markdown_() == '[0.80]{data-key="deaths.estimate"}'
    assert PRINT("by_name.a.k").text == "5"
    assert PRINT.word("deaths.k").capital == Printed("Five", "deaths.k")


def test_phrases_join_keyed_parts():
    assert PRINT.estimate("deaths", "RR").text == "RR\u00a00.80 (95%\u00a0CI 0.49 to 1.30)"
    assert PRINT.short("deaths").text == "0.80 (0.49–1.30)"
    assert PRINT.p("deaths.p_value").text == "P\u00a0=\u00a00.27"
    assert 'data-key="deaths.low"' in str(PRINT.short("deaths"))


def test_a_small_p_prints_its_sign_once():
    tiny = Printer(Tree(Leaf("x", 1.0, 0.5, 2.0, 0.95, 1e-9, 2), {}))
    assert tiny.p("deaths.p_value").text == "P\u00a0<\u00a00.001"


@pytest.mark.parametrize(
    "key", ["deaths.nothing", "nobody", "by_name.b.k", "deaths.estimate.more", "deaths.name", "deaths"]
)
def test_a_key_that_leads_nowhere_says_what_is_there(key):
    with pytest.raises(UnknownKey) as error:
        look_up(PRINT.tree, key)
    assert key.split(".")[0] in str(error.value)


def test_only_known_kinds_can_be_declared():
    with pytest.raises(ValueError, match="unknown kind"):
        quantity("furlongs")
    assert all(KINDS.values())


@pytest.mark.parametrize("kind", ["difference", "measurement"])
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (26609.09, "26,609"),
        (-999.96, "−1,000"),
        (105.62, "105.6"),
        (99.996, "100.0"),
        (-32.49, "−32.49"),
        (14.3, "14.30"),
        (0.0951, "0.10"),
        (0.03, "0.030"),
        (-0.0049, "−0.0049"),
        (0.0000005, "0.00000050"),
        (0.0, "0"),
        (-4.4e-16, "0"),
    ],
)
def test_a_measurement_prints_with_digits_that_fit_its_size(kind, value, text):
    assert RULES[kind](value) == text


def test_a_large_variance_prints_as_a_measurement():
    assert [RULES["variance"](value) for value in (9.9994, 37.8208, 1234567.8)] == ["9.999", "37.82", "1,234,568"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.0894, "0.089"),
        (0.0904, "0.090"),
        (0.47, "0.47"),
        (-9.714, "−9.71"),
        (9.994, "9.99"),
        (9.995, "10.0"),
        (-14.3, "−14.3"),
        (99.94, "99.9"),
        (99.95, "100"),
        (-120.6, "−121"),
        (1234.5, "1,235"),
    ],
)
def test_a_difference_has_as_many_decimals_as_its_size_deserves(value, text):
    assert RULES["mean difference"](value) == text
