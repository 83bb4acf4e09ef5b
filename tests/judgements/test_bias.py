"""Published and own judgements of bias, merged by result."""


def judgements(trial):
    return {key: (found.judgement, found.own) for key, found in trial.domains.items()}


def test_published_judgements_stand_and_ours_fill_what_they_leave(tree):
    low, concerns = ("low", False), ("some concerns", True)
    assert judgements(tree.bias.trials["lanzoni2021"]) == {
        "randomisation": low,
        "deviations": low,
        "missing": concerns,
        "measurement": ("low", True),
        "reporting": concerns,
        "overall": concerns,
    }
    shi = judgements(tree.bias.trials["shi2021"])
    assert shi["missing"] == ("some concerns", False) and shi["measurement"] == low and shi["overall"] == concerns


def test_low_overall_implies_low_domains(tree):
    found = tree.bias.trials["monsel2022"].domains
    assert {one.judgement for one in found.values()} == {"low"}
    assert "implied" in found["missing"].by and "implied" not in found["overall"].by


def test_a_judgement_that_names_no_outcome_gives_way_to_ours_of_this_result(tree):
    serious = judgements(tree.biases["serious"].trials["monsel2022"])
    assert serious["randomisation"] == ("low", False)
    assert serious["reporting"] == serious["overall"] == ("some concerns", True)


def test_a_trial_without_a_result_is_not_judged(tree):
    for trial in tree.counted("deaths").unavailable:
        assert {one.judgement for one in tree.bias.trials[trial].domains.values()} == {"not assessed"}
    for trial in tree.counted("deaths").trials:
        assert all(one.judgement != "not assessed" for one in tree.bias.trials[trial].domains.values()), trial
    for trial in tree.counted("serious").trials:
        domains = tree.biases["serious"].trials[trial].domains
        assert all(one.judgement != "not assessed" for one in domains.values()), trial


def test_judged_by_others_counts_no_judgement_of_ours(tree):
    assert tree.trials.judged == 3
    assert (tree.bias.published, tree.bias.own, tree.bias.without) == (3, 5, 9)
