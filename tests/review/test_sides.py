"""Claims with sides: one of them stands wherever the usual moves of data lead, and never two that contradict."""

from itertools import product
from pathlib import Path

import pytest
from test_claims import ALTERED, altered

from analysis.printing.printer import Printer
from analysis.results.claim_printing import (
    CLAIMS,
    ClaimFails,
    Claims,
    Guarded,
    UnknownClaim,
    made,
    parts_of,
    standing,
)
from analysis.results.claims import claim

ROOT = Path(__file__).resolve().parents[2]
OPPOSITES = [name for name in CLAIMS if name.startswith("not-") and CLAIMS[name].other_side_of == name[4:]]
#: estimate and interval of a pooled ratio → of each question the one side that holds
RATIOS = {
    (0.8, 0.5, 1.3): ("deaths-direction", "deaths-no-effect-included", "deaths-worth-having-and-harm"),
    (0.8, 0.5, 1.1): ("deaths-direction", "deaths-no-effect-included", "deaths-worth-having-only"),
    (0.9, 0.8, 1.2): ("deaths-direction", "deaths-no-effect-included", "deaths-little-change"),
    (1.1, 0.8, 1.5): ("deaths-direction-control", "deaths-no-effect-included", "deaths-harm-only"),
    (0.7, 0.5, 0.9): ("deaths-direction", "deaths-interval-below"),
    (1.7, 1.5, 1.9): ("deaths-direction-control", "deaths-interval-above"),
}
QUESTIONS = {"deaths-direction", "deaths-no-effect-included", "deaths-worth-having-and-harm"}
SIDES = [name for name, one in CLAIMS.items() if name in QUESTIONS or one.other_side_of in QUESTIONS]
SERIOUS = {
    (0.9, 0.4, 2.5): "serious-uninformative",
    (0.9, 0.6, 2.5): "serious-interval-open",
    (0.5, 0.3, 0.8): "serious-interval-below",
    (1.5, 1.2, 2.8): "serious-interval-above",
}


def pooled(tree, outcome, ratio):
    values = dict(zip(("estimate", "low", "high"), ratio, strict=True))
    both = ("pooled", "modified")
    return altered(tree, {f"{outcome}.{one}.{field}": value for one in both for field, value in values.items()})


@pytest.mark.parametrize("ratio", RATIOS)
def test_of_each_question_on_deaths_one_side_holds(tree, ratio):
    moved = pooled(tree, "deaths", ratio)
    assert [name for name in SIDES if not CLAIMS[name].fault(moved)] == sorted(RATIOS[ratio], key=SIDES.index)


@pytest.mark.parametrize("ratio", SERIOUS)
def test_of_each_question_on_serious_events_one_side_holds(tree, ratio):
    moved = pooled(tree, "serious", ratio)
    assert [name for name in SERIOUS.values() if not CLAIMS[name].fault(moved)] == [SERIOUS[ratio]]


#: limits of an interval of a ratio, those of each threshold and of no effect among them
LIMITS = (0.4, 0.5, 0.7, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 2.5)
INTERVALS = [(low, high) for low in LIMITS for high in LIMITS if low < high]
PRIORS = list(product((0.5, 0.75, 0.9, 0.95, 0.97), repeat=3))
POSTERIOR = [name for name, one in CLAIMS.items() if "posterior-probable-not-certain" in (name, one.other_side_of)]


@pytest.mark.parametrize("outcome", ["deaths", "serious"])
def test_no_interval_falls_between_the_sides_of_a_sentence(tree, outcome):
    """Whatever limits, of each sentence on the interval that a document makes one side stands."""
    asked = {"deaths-no-effect-included", "deaths-worth-having-and-harm", "serious-uninformative"}
    about = [name for name in asked if name.startswith(outcome)]
    sentences = {one.sides for one in claims_made() if one.sides[0][0] in about}
    assert sentences
    for low, high in INTERVALS:
        moved = pooled(tree, outcome, ((low + high) / 2, low, high))
        for sides in sentences:
            assert standing(moved, sides), (low, high, sides)


def test_no_probabilities_fall_between_the_sides(tree):
    for probabilities in PRIORS:
        priors = zip(tree.bayes["deaths"], probabilities, strict=True)
        moved = altered(tree, {f"bayes.deaths.{name}.probability_below_1": value for name, value in priors})
        assert len([name for name in POSTERIOR if not CLAIMS[name].fault(moved)]) == 1, probabilities
    (sides,) = {one.sides for one in claims_made() if one.sides[0][0] == POSTERIOR[0]}
    assert {name for name, _ in sides} == set(POSTERIOR)


def claims_made():
    for document in ("manuscript.qmd", "supplement.qmd"):
        yield from made((ROOT / document).read_text(encoding="utf-8"))


def test_there_are_opposites():
    assert len(OPPOSITES) > 25


@pytest.mark.parametrize("name", OPPOSITES)
def test_an_opposite_holds_where_its_claim_does_not(tree, name):
    first = CLAIMS[name].other_side_of
    assert CLAIMS[name].fault(tree) and not CLAIMS[first].fault(tree)
    moved = altered(tree, ALTERED[first])
    assert CLAIMS[first].fault(moved)
    undecidable = "cannot be decided" in CLAIMS[first].fault(moved)
    assert bool(CLAIMS[name].fault(moved)) == undecidable
    if not undecidable:
        said = Claims(moved).either((first, "so it was"), (name, "so it was not"))
        assert (said.phrase, said.claim) == ("so it was not", name)


def test_an_opposite_is_a_claim_with_words_of_its_own():
    def sides_tried(review):
        return review == "yes"

    claim("that is so", otherwise="that is not so")(sides_tried)
    try:
        assert [(CLAIMS[name].says, CLAIMS[name].holds("yes")) for name in ("sides-tried", "not-sides-tried")] == [
            ("that is so", True),
            ("that is not so", False),
        ]
    finally:
        del CLAIMS["sides-tried"], CLAIMS["not-sides-tried"]


def test_numbers_are_printed_only_in_the_side_that_stands(tree):
    claims = Claims(tree, printer=Printer(tree))
    said = claims.either(
        ("deaths-interval-below", "It [lay below] {no.such.key}"),
        ("deaths-direction", "It [favoured MSC] by {deaths.k}."),
    )
    assert str(said).startswith('It [favoured MSC]{data-claim="deaths-direction"} by [5]{')
    assert str(said).endswith("}.")
    assert str(claims.either(("deaths-direction", ""), ("deaths-interval-below", "words"))) == ""


def test_a_sentence_with_numbers_says_what_its_claim_is_about():
    with pytest.raises(ValueError, match="put brackets around the words"):
        parts_of("It fell by {deaths.k}")
    assert parts_of("It [fell] by {deaths.k}") == ("It ", "fell", " by {deaths.k}")


def test_where_no_side_stands_all_are_named(tree):
    with pytest.raises(ClaimFails) as failure:
        Claims(tree).either(("deaths-interval-below", "below"), ("deaths-interval-above", "above"))
    assert "'deaths-interval-below' no longer holds" in str(failure.value) and "'below' cannot stand" in str(
        failure.value
    )
    assert "nor does its other side: 'deaths-interval-above' no longer holds" in str(failure.value)
    with pytest.raises(UnknownClaim, match="no-such-claim"):
        Claims(tree).either(("deaths-direction", "favoured"), ("no-such-claim", "words"))


def test_sides_are_found_in_the_source():
    source = """One `{python} claim("a-b", "it's so (or not)")` and
`{python} claim.either(("c-d", "[so] {x.y}"), ('e-f', 'not "so"'))`, f"{claim('g-h', 'words')}", claim(name, words)"""
    assert [(one.sides, one.line) for one in made(source)] == [
        ((("a-b", "it's so (or not)"),), 1),
        ((("c-d", "[so] {x.y}"), ("e-f", 'not "so"')), 2),
        ((("g-h", "words"),), 2),
    ]


def test_a_guarded_phrase_without_a_sentence_is_the_phrase():
    assert str(Guarded("favoured it", "deaths-direction")) == '[favoured it]{data-claim="deaths-direction"}'
