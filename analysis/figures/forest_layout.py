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
    their texts begin at ``treatment``. Estimates stand with their decimal signs at ``point`` and intervals with what
    joins their bounds at ``join``; or both in one text that begins at ``estimate``, where ``join`` is None.
    ``domains`` are the columns of the domains of bias, before that of the overall judgement, ``bias``. ``reason`` is
    the room in inches for why a trial has no effect, ``type_size`` that of heads, numbers and reasons in points. A
    head is (x, template, side).
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
    reason: float
    above: float = 0.0
    below: float = 0.0
    split: bool = False
    type_size: float = style.SMALL
    point: float = 0.0
    join: float | None = None
    domains: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads of the columns of a page, which are as wide as what stands in them (`analysis.figures.columns`)."""

    treatment: str
    control: str
    effect: str


COUNTS = Heads("{Treatment}\n{events}/n", "{Comparator}\n{events}/n", "{measure}\n({level}~CI)")
MEANS = Heads("{Treatment}\nmean (SD), n", "{Comparator}\nmean (SD), n", "{effect}")
#: of every page: above the rows and the heights of rows
HEADS_AT, HEAD = -1.35, 0.42
COLUMN = ForestLayout(
    name=0.052,
    treatment=0.052,
    control=None,
    plot=(0.335, 0.665),
    estimate=0.706,
    weight=(0.706, "left"),
    bias=0.024,
    heads=(
        (NAME, "Trial, risk of bias\n{Treatment} v {comparator},\n{events}/n", "left"),
        (0.706, "{measure}\n({level}~CI)\nweight", "left"),
    ),
    heads_at=-1.21,
    row=0.34,
    head=0.46,
    reason=0.8,
    above=-0.205,
    below=0.205,
)
#: the same for counts of many thousands
WIDE_COLUMN = replace(COLUMN, plot=(0.46, 0.67))
#: the same for means: three lines a row
MEANS_COLUMN = replace(
    COLUMN,
    plot=(0.37, 0.655),
    estimate=0.69,
    weight=(0.69, "left"),
    heads=(
        (NAME, "Trial, risk of bias\n{Treatment} v {comparator},\nmean (SD), n", "left"),
        (0.69, "{effect}\nweight", "left"),
    ),
    heads_at=-1.05,
    row=0.47,
    head=0.48,
    reason=1.0,
    above=-0.29,
    below=0.29,
    split=True,
)


def without_bias(at: ForestLayout) -> ForestLayout:
    """The layout of a column without judgements of bias, which its head does not name."""
    heads = tuple((x, template.replace("Trial, risk of bias", "Trial"), side) for x, template, side in at.heads)
    return replace(at, heads=heads)
