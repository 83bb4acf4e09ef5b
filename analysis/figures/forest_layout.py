"""Where things stand in a forest plot: of counts and of means, on a page and in one column."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.figures import style

#: left edge of the words, as part of the width
NAME = 0.004
#: height of a row of one line, in inches
ROW = 0.21


@dataclass(frozen=True, slots=True)
class ForestLayout:
    """Where things stand: ``x`` as parts of the width, heights in inches, ``above`` and ``below`` in rows.

    A row has one line; or two, of which the second holds counts and weight; or three, where means take one line an
    arm and the interval stands below the estimate (``split``). Without columns for the arms (``control`` is None)
    their texts begin at ``treatment``. ``reason`` is the room in inches for why a trial has no effect, ``small`` sets
    numbers in the smallest type, ``type_size`` is that of heads and reasons in points. A head is (x, template, side).
    """

    name: float
    treatment: float
    control: float | None
    plot: tuple[float, float]
    estimate: float
    weight: tuple[float, str]
    bias: float
    heads: tuple[tuple[float, str, str], ...]
    heads_at: float
    row: float
    head: float
    foot: float
    notes: tuple[float, float]
    reason: float
    above: float = 0.0
    below: float = 0.0
    split: bool = False
    small: bool = False
    type_size: float = style.SMALL


FULL = ForestLayout(
    name=NAME,
    treatment=0.235,
    control=0.33,
    plot=(0.385, 0.70),
    estimate=0.712,
    weight=(0.922, "right"),
    bias=0.968,
    heads=(
        (NAME, "Trial", "left"),
        (0.235, "{Treatment}\n{events}/n", "center"),
        (0.33, "{Comparator}\n{events}/n", "center"),
        (0.712, "{measure}\n({level}~CI)", "left"),
        (0.922, "Weight", "right"),
        (0.968, "Risk of\nbias", "center"),
    ),
    heads_at=-1.35,
    row=ROW,
    head=0.42,
    foot=0.80,
    notes=(0.24, 0.08),
    reason=1.42,
    type_size=style.TEXT,
)
COLUMN = ForestLayout(
    name=0.052,
    treatment=0.052,
    control=None,
    plot=(0.335, 0.68),
    estimate=0.706,
    weight=(0.706, "left"),
    bias=0.024,
    heads=(
        (NAME, "Trial, risk of bias\n{Treatment} v {comparator},\n{events}/n", "left"),
        (0.706, "{measure}\n({level}~CI)\nweight", "left"),
    ),
    heads_at=-1.27,
    row=0.31,
    head=0.46,
    foot=1.06,
    notes=(0.34, 0.07),
    reason=0.8,
    above=-0.2,
    below=0.2,
)
#: the same for counts of many thousands
WIDE = replace(
    FULL,
    treatment=0.268,
    control=0.405,
    plot=(0.48, 0.70),
    heads=tuple(({0.235: 0.268, 0.33: 0.405}.get(x, x), template, side) for x, template, side in FULL.heads),
    small=True,
)
WIDE_COLUMN = replace(COLUMN, plot=(0.46, 0.69))
#: the same for means: wider columns for the arms on a page, three lines a row in a column
MEANS_FULL = replace(
    FULL,
    treatment=0.252,
    control=0.398,
    plot=(0.482, 0.682),
    estimate=0.694,
    weight=(0.928, "right"),
    bias=0.97,
    heads=(
        (NAME, "Trial", "left"),
        (0.252, "{Treatment}\nmean (SD), n", "center"),
        (0.398, "{Comparator}\nmean (SD), n", "center"),
        (0.694, "{effect}", "left"),
        (0.928, "Weight", "right"),
        (0.97, "Risk of\nbias", "center"),
    ),
    reason=1.4,
    small=True,
    type_size=style.SMALL,
)
MEANS_COLUMN = replace(
    COLUMN,
    plot=(0.37, 0.66),
    estimate=0.69,
    weight=(0.69, "left"),
    heads=(
        (NAME, "Trial, risk of bias\n{Treatment} v {comparator},\nmean (SD), n", "left"),
        (0.69, "{effect}\nweight", "left"),
    ),
    heads_at=-1.05,
    row=0.42,
    reason=1.0,
    above=-0.29,
    below=0.29,
    split=True,
)


BIAS_HEADS = {"Risk of\nbias": "", "Trial, risk of bias": "Trial"}


def without_bias(at: ForestLayout) -> ForestLayout:
    """The layout of a plot without judgements of bias: their head and the line that explains them are not there."""
    heads = []
    for x, template, side in at.heads:
        for words, instead in BIAS_HEADS.items():
            template = template.replace(words, instead)
        if template:
            heads.append((x, template, side))
    return replace(at, heads=tuple(heads))
