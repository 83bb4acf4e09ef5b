"""What could be read of each result, and how the trials differ."""


def test_results_with_numbers_are_those_of_the_analyses(tree):
    for key, outcome in {"deaths": tree.counted("deaths"), "serious": tree.counted("serious")}.items():
        found = tree.availability.trials.items()
        assert {name for name, trial in found if trial.outcomes[key].status == "numbers"} == set(outcome.trials)
        tally = tree.availability.outcomes[key]
        assert tally.numbers == outcome.k_shown
        assert tally.words + tally.measured + tally.nothing == outcome.k_unavailable


def test_every_column_counts_every_eligible_trial(tree):
    for tally in tree.availability.outcomes.values():
        assert tally.numbers + tally.words + tally.measured + tally.nothing == tally.trials == tree.trials.eligible
    for name, trials in {"CRP": 1, "IL-6": 0}.items():
        assert tree.availability.outcomes[name].numbers == tree.biomarkers[name].with_numbers == trials


def test_words_without_numbers_are_told_from_silence(tree):
    deaths = {name: trial.outcomes["deaths"] for name, trial in tree.availability.trials.items()}
    assert deaths["gorman2023"].status == deaths["martinez_munoz2024"].status == "words only"
    assert deaths["soetjahjo2023"].status == "measured, no result"
    assert deaths["pochon2023"].status == "not mentioned" and deaths["pochon2023"].rows == ()


def test_rows_behind_a_status_are_of_the_trial(tree):
    for name, trial in tree.availability.trials.items():
        for found in trial.outcomes.values():
            assert (found.status == "not mentioned") == (not found.rows)
            assert all(tree.evidence.row(row).trial == name for row in found.rows)


def test_traits_are_those_that_were_read(tree):
    found = tree.further["differences"].trials
    assert {name: trial.steroids for name, trial in found.items()} == {
        "dilogo2021": "No",
        "lanzoni2021": "80%",
        "shi2021": "20 to 25%",
        "monsel2022": "75%",
        "rebelatto2022": "not in the available text",
        "bowdish2023": "not in the available text",
    }
    assert {name for name, trial in found.items() if trial.ventilation == "all patients"} == {
        "dilogo2021",
        "rebelatto2022",
        "bowdish2023",
    }


def test_groups_hold_every_trial_once(tree):
    deaths = tree.counted("deaths")
    for question in tree.further["differences"].questions.values():
        groups = question.groups.values()
        assert sum(group.trials for group in groups) == question.trials == deaths.k_shown
        assert sum(group.with_events for group in groups) == deaths.k
        assert sum(group.below_one for group in groups) == sum(
            trial.estimate is not None and trial.estimate < 1 for trial in deaths.trials.values()
        )
        assert sum(group.participants for group in groups) == deaths.participants_shown
