"""The tables behind the figures hold what the figures print, unrounded, and every figure of the documents has one."""

import bcg
import pytest

from analysis.figures import (
    bias,
    bubble,
    context,
    directions,
    flow,
    forest,
    funnel,
    harvest,
    missing_contour,
    models,
    posterior,
    specification_curve,
    subgroups,
    variants,
)
from analysis.printing.printer import Printer
from analysis.proof import figure_data
from analysis.proof.figure_data import table

FIGURES = {
    "flow": flow.flow,
    "forest of deaths": lambda n: forest.forest(n, "deaths"),
    "forest of serious adverse events": lambda n: forest.forest(n, "serious"),
    "forest of a marker": lambda n: forest.forest(n, "CRP"),
    "leave-one-out": lambda n: variants.variants(n, "deaths", ("leave_one_out", "sensitivity")),
    "cumulative": lambda n: variants.variants(n, "deaths", ("cumulative",)),
    "models": lambda n: models.models(n, "deaths"),
    "posteriors": lambda n: posterior.densities(n, "deaths"),
    "missing deaths": lambda n: missing_contour.contour(n, "deaths"),
    "specification curve": lambda n: specification_curve.curve(n, "deaths"),
    "traffic light": bias.traffic_light,
    "bias": bias.summary,
    "context": lambda n: context.context(n, "deaths"),
    "directions": directions.directions,
    "harvest": lambda n: harvest.harvest(n, "severity"),
}
#: figures of which every printed number is one of the table's values
OF_ROWS = {"forest of deaths": "deaths", "forest of serious adverse events": "serious"}


@pytest.fixture(scope="module")
def tables(tree):
    return figure_data.tables(tree)


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_of_the_documents_has_a_table_by_its_name(tree, tables, name):
    found = tables[FIGURES[name](Printer(tree)).get_gid()]
    assert found["rows"] and all(len(row) == len(found["columns"]) for row in found["rows"])


@pytest.mark.parametrize("name", OF_ROWS)
def test_a_forest_plot_prints_nothing_of_a_trial_that_its_table_lacks(tree, tables, name):
    key = OF_ROWS[name]
    n = Printer(tree)
    FIGURES[name](n)
    found = tables[f"forest-{key}"]
    rows = {row[0]: dict(zip(found["columns"], row, strict=True)) for row in found["rows"]}
    printed = [one for one in n.log.entries if one.get("key", "").startswith(f"{key}.trials.")]
    assert len(printed) > 10
    for one in printed:
        _, _, trial, quantity = one["key"].split(".")
        assert rows[trial][quantity] == one["value"]


def test_the_curve_has_a_row_for_each_analysis(tree, tables):
    curve = tree.specifications["deaths"].curves["RR"]
    found = tables["specifications-deaths"]
    assert [row[:3] for row in found["rows"]] == [[one.estimate, one.low, one.high] for one in curve]


def test_a_table_has_the_columns_of_all_rows_and_none_that_is_empty():
    made = table([{"a": 1, "b": None}, {"c": "x", "a": None}])
    assert made == {"columns": ["a", "c"], "rows": [[1, None], [None, "x"]]}


@pytest.fixture(scope="module")
def other(tree):
    return bcg.review_of(tree, bcg.rows())


def test_figures_of_moderators_have_tables_by_their_names(other):
    found, n = figure_data.tables(other), Printer(other)
    bubbles = found[bubble.bubble(n, bcg.KEY, "absolute_latitude").get_gid()]
    groups = found[subgroups.subgroups(n, bcg.KEY, "allocation").get_gid()]
    points = found[funnel.funnel(n, bcg.KEY).get_gid()]
    assert len(bubbles["rows"]) == len(points["rows"]) == len(bcg.rows())
    values = [row[bubbles["columns"].index("value")] for row in bubbles["rows"]]
    assert sorted(values) == sorted(float(row["ablat"]) for row in bcg.rows())
    labels = {row[0] for row in groups["rows"]}
    assert groups["columns"][0] == "group" and labels == {row["alloc"] for row in bcg.rows()}
