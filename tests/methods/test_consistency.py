"""GRIM, GRIMMER and the other checks of printed numbers: published examples, brute force, and real samples."""

from __future__ import annotations

import itertools
import math
import statistics
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.methods.consistency import (
    Range,
    Rounded,
    crude_ratio,
    grim,
    grimmer,
    is_percentage_of,
    is_se_of,
    log_ratio_se,
    log_se_range,
    looks_like_se,
    p_from_z,
    p_of_counts,
    percentage_possible,
    rounded,
    symmetric,
    z_from_interval,
    z_from_p,
)
from analysis.methods.errors import InputError

SAMPLES = st.lists(st.integers(0, 60), min_size=2, max_size=40)
ROUNDING = st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN])


def printed(value: float | Fraction, decimals: int, rounding: str = ROUND_HALF_UP) -> str:
    exact = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(value)
    return str(exact.quantize(Decimal(1).scaleb(-decimals), rounding=rounding))


@pytest.mark.parametrize(
    ("mean", "n"),
    [("3.45", 10), ("3.48", 20), ("5.27", 43)],
    ids=["Allard 2018: Likert item", "a fair die rolled 20 times", "vignette of the R package scrutiny"],
)
def test_published_means_that_whole_numbers_cannot_have(mean: str, n: int) -> None:
    assert not grim(rounded(mean), n)


def test_a_published_sd_that_does_not_go_with_its_mean() -> None:
    """Vignette on GRIMMER of the R package scrutiny: mean 7.3, SD 2.51, n 12."""
    assert grim(rounded("7.3"), 12)
    assert not grimmer(rounded("7.3"), rounded("2.51"), 12)


@given(SAMPLES, st.integers(0, 3), ROUNDING)
def test_no_real_sample_fails(sample: list[int], decimals: int, rounding: str) -> None:
    mean = rounded(printed(Fraction(sum(sample), len(sample)), decimals, rounding))
    sd = rounded(printed(statistics.stdev(sample), decimals, rounding))
    assert grim(mean, len(sample))
    assert grimmer(mean, sd, len(sample))


@given(st.lists(st.integers(3, 21), min_size=2, max_size=20))
def test_no_real_sample_of_averaged_items_fails(totals: list[int]) -> None:
    scores = [Fraction(total, 3) for total in totals]
    mean = rounded(printed(sum(scores) / len(scores), 2))
    sd = rounded(printed(statistics.stdev(totals) / 3, 2))
    assert grim(mean, len(totals), items=3)
    assert grimmer(mean, sd, len(totals), items=3)


def test_grimmer_agrees_with_every_sample_of_five() -> None:
    """Every mean and SD that five whole numbers from 0 to 6 have passes; of those they do not have, few do."""
    reached = set()
    for sample in itertools.combinations_with_replacement(range(7), 5):
        reached.add((printed(Fraction(sum(sample), 5), 2), printed(statistics.stdev(sample), 2)))
    passed = {
        (mean, sd)
        for mean in (printed(Fraction(total, 5), 2) for total in range(31))
        for sd in (printed(Fraction(cents, 100), 2) for cents in range(330))
        if grimmer(rounded(mean), rounded(sd), 5)
    }
    assert reached <= passed
    # The analytic test asks for sum and parity only; a scale with ends excludes a few more.
    assert len(passed) < 0.15 * 31 * 330


def test_grim_has_no_power_once_n_reaches_the_granularity() -> None:
    assert all(grim(rounded(f"{cents / 100:.2f}"), 100) for cents in range(500))
    assert sum(grim(rounded(f"{cents / 100:.2f}"), 20) for cents in range(500)) == 100


@pytest.mark.parametrize(
    ("percent", "n", "possible"),
    [("91", 12, False), ("91", 11, True), ("42", 12, True), ("37.5", 112, True), ("42.7", 110, True)],
)
def test_percentages_of_small_groups(percent: str, n: int, possible: bool) -> None:
    """91% of 12 patients, as a trial of 12 against 12 printed, is no whole number; of 11 it is ten."""
    assert percentage_possible(rounded(percent), n) is possible


def test_percentage_of_a_count() -> None:
    assert is_percentage_of(rounded("28.6"), 6, 21)
    assert not is_percentage_of(rounded("28.6"), 6, 24)
    assert is_percentage_of(rounded("12.5"), 1, 8) and is_percentage_of(rounded("12"), 1, 8)


@pytest.mark.parametrize(
    ("estimate", "low", "high", "fits"),
    [
        ("0.88", "0.64", "1.21", True),
        ("2.9", "0.6", "13.2", True),
        ("0.08", "0.005", "1.26", True),
        ("0.49", "0.14", "1.11", False),
        ("0.88", "0.64", "1.12", False),
        ("0.02", "0.00", "0.10", True),
    ],
)
def test_symmetry_of_ratios(estimate: str, low: str, high: str, fits: bool) -> None:
    assert symmetric(rounded(estimate), rounded(low), rounded(high), "ratio") is fits


def test_symmetry_of_differences() -> None:
    assert symmetric(rounded("-32.49"), rounded("-48.43"), rounded("-16.56"), "difference")
    assert not symmetric(rounded("27.00"), rounded("0.00"), rounded("57.00"), "difference")


@given(
    st.floats(-2, 2), st.floats(0.05, 1), st.integers(2, 4)
)  # fmt: skip
def test_a_rounded_wald_interval_is_symmetric_and_gives_its_own_p(log: float, se: float, decimals: int) -> None:
    parts = [printed(math.exp(log + z * se), decimals) for z in (0, -1.959964, 1.959964)]
    p = rounded(printed(p_from_z(log / se), 4))
    estimate, low, high = (rounded(part) for part in parts)
    assert symmetric(estimate, low, high, "ratio")
    z = z_from_interval(estimate, low, high, "ratio")
    assert z is None or z.meets(z_from_p(p), 1e-6)
    width = log_se_range(low, high)
    assert width is None or (width.low <= se * 1.000001 and width.high >= se * 0.999999)


def test_altman_bland_difference() -> None:
    """BMJ 2011;343:d2090, recovery with zinc: 17 percentage points, 95% CI 1.4 to 32.6, P = 0.032."""
    z = z_from_interval(rounded("17"), rounded("1.4"), rounded("32.6"), "difference")
    assert z is not None
    assert z.meets(z_from_p(rounded("0.032")))
    assert not z.meets(z_from_p(rounded("0.32")), 0.1)


def test_altman_bland_ratio() -> None:
    """The same note: relative risk 0.30, P = 0.034, from which 95% CI 0.10 to 0.90."""
    z = z_from_interval(rounded("0.30"), rounded("0.10"), rounded("0.90"), "ratio")
    assert z is not None and z.meets(z_from_p(rounded("0.034")))


@given(st.floats(0.01, 4))
def test_altman_bland_approximation_lies_near_the_p_value_used_here(z: float) -> None:
    """BMJ 2011;343:d2304, step 3: P = exp(−0.717 z − 0.416 z²)."""
    assert p_from_z(z) == pytest.approx(math.exp(-0.717 * z - 0.416 * z * z), abs=0.015)


def test_bland_relative_risk_and_p() -> None:
    """Bland's exercise on needle sizes: 95% CI 0.45 to 0.99 and P = 0.04 go together; the estimate is the middle."""
    middle = rounded(printed(math.sqrt(0.45 * 0.99), 2))
    z = z_from_interval(middle, rounded("0.45"), rounded("0.99"), "ratio")
    assert z is not None and z.meets(z_from_p(rounded("0.04")))


@pytest.mark.parametrize(("measure", "value"), [("RR", 0.8776595744680852), ("OR", 0.8042553191489362)])
def test_crude_ratios(measure: str, value: float) -> None:
    assert crude_ratio(measure, 42, 112, 47, 110) == pytest.approx(value)


def test_standard_errors_are_those_of_scipy() -> None:
    table = [[42, 70], [47, 63]]
    interval = stats.contingency.odds_ratio(table, kind="sample").confidence_interval(0.95)
    width = math.log(interval.high / interval.low) / (2 * 1.959963984540054)
    assert log_ratio_se("OR", 42, 112, 47, 110) == pytest.approx(width)
    relative = stats.contingency.relative_risk(42, 112, 47, 110).confidence_interval(0.95)
    assert log_ratio_se("RR", 42, 112, 47, 110) == pytest.approx(
        math.log(relative.high / relative.low) / (2 * 1.959963984540054)
    )


@pytest.mark.parametrize(
    ("a", "n1", "c", "n2"), [(10, 20, 16, 20), (2, 12, 7, 12), (0, 12, 4, 29), (42, 112, 47, 110)]
)
def test_p_of_counts_spans_the_usual_tests(a: int, n1: int, c: int, n2: int) -> None:
    table = [[a, n1 - a], [c, n2 - c]]
    usual = [
        stats.fisher_exact(table).pvalue,
        stats.chi2_contingency(table, correction=False).pvalue,
        stats.chi2_contingency(table, correction=True).pvalue,
    ]
    found = p_of_counts(a, n1, c, n2)
    assert all(found.low <= p * (1 + 1e-9) and p <= found.high * (1 + 1e-9) for p in usual)


def test_no_events_leave_no_doubt() -> None:
    assert p_of_counts(0, 65, 0, 35) == Range(1.0, 1.0)


def test_a_standard_error_given_as_sd() -> None:
    """An SD of 15.9 in 12 patients printed as its standard error 4.6, where the other arm has an SD of 11.6."""
    assert looks_like_se(4.6, 12, 11.6)
    assert not looks_like_se(11.6, 12, 15.9)
    assert not looks_like_se(4.0, 400, 11.6)


@pytest.mark.parametrize("n", [7, 12, 40, 300])
@pytest.mark.parametrize("off", [0.5, 1.0, 2.0])
def test_every_standard_error_of_a_likely_sd_is_suspected(n: int, off: float) -> None:
    likely = 11.6 * off
    assert looks_like_se(11.6 / math.sqrt(n), n, likely) is (math.sqrt(n) * off > 2.5)


@pytest.mark.parametrize(
    ("sd", "n", "likely"),
    [
        (0.014, 2, 0.297),  # times √2 it is still 15 times too small
        (1.0, 9, 8.0),  # 8 times too small, and a standard error is 3 times too small
        (2.63, 4, 14.7),
        (1.13, 5, 7.73),
        (2.294, 5, 10.185),  # a standard error is 2.2 times too small, which is no oddity
        (0.7593, 6, 2.1556),
        (1.0, 400, 3.0),  # times 20 it would be 7 times too great
    ],
)
def test_what_a_standard_error_does_not_explain_is_not_suspected(sd: float, n: int, likely: float) -> None:
    assert not looks_like_se(sd, n, likely)


def test_standard_error_and_sd_of_one_arm() -> None:
    for se, sd, n in (("0.4", "1.2", 9), ("1.35", "4.269", 10), ("2.35", "8.473", 13), ("1", "2", 5)):
        assert is_se_of(rounded(se), rounded(sd), n)
    assert not is_se_of(rounded("1.35"), rounded("4.269"), 11)


@pytest.mark.parametrize(
    "text",
    ["", "0,88", "abc", "1e", "1e-3", "1E5", "1/3", "1_000", " 5", "5 ", "5\n", "+5", "--5", "-", ".", "-.", "1.2.3",
     "nan", "inf", "1×10−5", "−5", "1 000", "0x1"],
)  # fmt: skip
def test_what_is_no_printed_number_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="printed"):
        rounded(text)


def test_a_printed_number_knows_its_digits() -> None:
    assert rounded("0.30") == Rounded(Fraction(3, 10), Fraction(1, 200))
    assert rounded("-1.5").range == Range(-1.55, -1.45)
    assert rounded("42").unit == 1
    assert rounded(".05") == rounded("0.05") and rounded("-.5") == rounded("-0.5") and rounded("5.") == rounded("5")


def test_a_power_of_ten_moves_value_and_width_together() -> None:
    assert rounded("1.20").times_power_of_ten(-5) == Rounded(Fraction(12, 10**6), Fraction(5, 10**8))
    assert rounded("3").times_power_of_ten(6) == Rounded(Fraction(3_000_000), Fraction(500_000))


@pytest.mark.parametrize("n", [0, -1, 2.5])
def test_impossible_sizes_are_refused(n: float) -> None:
    with pytest.raises(InputError, match="n must be a whole number"):
        grim(rounded("1.0"), n)  # type: ignore[arg-type]


def test_more_events_than_patients_are_refused() -> None:
    with pytest.raises(InputError, match="n1 must be at least the number of events, 13"):
        p_of_counts(13, 12, 7, 12)
    with pytest.raises(InputError, match="n2 must be at least the number of events, 13"):
        log_ratio_se("RR", 2, 12, 13, 12)
