"""The harvest plot: each trial with a direction against control once, in its group, as long as the trial is large."""

from dataclasses import replace

from analysis.figures import harvest
from analysis.printing.printer import Printer
from analysis.synthesis.directions import NOT_STATED, UNFAVOURABLE

KEY = "severity"


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def bars(figure):
    """Lengths of the bars with their greys, from the top."""
    (plot,) = [axes for axes in figure.axes if axes.axison]
    return [(patch.get_width(), patch.get_facecolor()) for patch in plot.patches]


def with_trials(tree, change):
    domain = tree.domains[KEY]
    trials = {name: change(name, trial) for name, trial in domain.trials.items()}
    return Printer(replace(tree, domains={**tree.domains, KEY: replace(domain, trials=trials)}))


def test_bars_are_as_long_as_trials_are_large_and_sorted_by_direction(tree, printer):
    order = [name for _, names in harvest.grouped(tree, tree.domains[KEY]) for name in names]
    assert [length for length, _ in bars(harvest.harvest(printer, KEY))] == [harvest.size(tree, n) for n in order]
    ranks = {"favourable": 0, "mixed": 1, "no clear difference": 1, "unfavourable": 2}
    found = [ranks[tree.domains[KEY].trials[name].direction] for name in order]
    assert found == sorted(found) and set(found) == {0, 1, 2}
    assert set(order) == {name for name, trial in tree.domains[KEY].trials.items() if trial.between_arms}


def test_the_largest_trial_of_a_group_comes_first(tree):
    for _, names in harvest.grouped(tree, tree.domains[KEY]):
        sizes = [harvest.size(tree, name) for name in names]
        assert sizes == sorted(sizes, reverse=True)


def test_a_trial_that_turns_moves_to_the_other_group(tree):
    def turned(name, trial):
        return replace(trial, direction=UNFAVOURABLE) if name == "bowdish2023" else trial

    shown = texts(harvest.harvest(with_trials(tree, turned), KEY))
    assert shown.index("Bowdish 2023") > shown.index("Better with placebo")
    assert texts(harvest.harvest(Printer(tree), KEY)).index("Bowdish 2023") < shown.index("Better with placebo")


def test_a_change_within_an_arm_and_an_unknown_direction_are_not_drawn(tree):
    def weakened(name, trial):
        changes = {"bowdish2023": {"between_arms": False}, "shi2021": {"direction": NOT_STATED}}
        return replace(trial, **changes.get(name, {}))

    shown = texts(harvest.harvest(with_trials(tree, weakened), KEY))
    assert not {"Bowdish 2023", "Shi 2021"} & set(shown) and "Gorman 2023" in shown


def test_shades_tell_eligible_trials_from_others(tree, printer):
    figure = harvest.harvest(printer, KEY)
    order = [name for _, names in harvest.grouped(tree, tree.domains[KEY]) for name in names]
    greys = {name: grey for name, (_, grey) in zip(order, bars(figure), strict=True)}
    assert greys["zhu2021"] != greys["shi2021"] == greys["gorman2023"]
    assert {"eligible", "mixed severity, not eligible"} <= set(texts(figure))


def test_a_group_without_a_trial_says_so(tree):
    def favourable(name, trial):
        return replace(trial, direction="favourable")

    assert texts(harvest.harvest(with_trials(tree, favourable), KEY)).count("no trial") == 2


def test_a_trial_of_unknown_size_has_no_bar_and_says_so(tree):
    trials = tuple(
        replace(trial, randomised_control=None) if trial.row_id == "shi2021" else trial
        for trial in tree.evidence.trials
    )
    evidence = replace(tree.evidence, trials=trials)
    figure = harvest.harvest(Printer(replace(tree, evidence=evidence)), KEY)
    assert any(text.startswith("size not known") for text in texts(figure))
    assert 0 in [length for length, _ in bars(figure)]


def test_without_a_comparison_the_sentence_of_the_tree_stands_there(tree, printer):
    (drawn,) = harvest.harvest(printer, "IL-6").shown
    assert " ".join(drawn.get_text().split()) == tree.domains["IL-6"].no_sign_test
    assert harvest.alternative(printer, "IL-6").text == tree.domains["IL-6"].no_sign_test


def test_one_comparison_is_drawn_although_nothing_can_be_tested(tree, printer):
    (compared,) = (trial for trial in tree.domains["CRP"].trials.values() if trial.between_arms)
    assert compared.label in texts(harvest.harvest(printer, "CRP"))
    assert harvest.alternative(printer, "CRP").text.endswith(tree.domains["CRP"].no_sign_test)


def test_the_alternative_text_names_every_trial_and_the_test(printer):
    said = harvest.alternative(printer, KEY).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Better with placebo: Gorman 2023 (30 v 30; 1 result)." in said
    assert "4 favourable, 1 unfavourable, 1 with neither; P = 0.38." in said
