"""Time the statistical core against its peers: ``python -m bench.methods``.

Ratios of one run are worth comparing, microseconds between machines are not. Every peer fits the same synthetic
effects: statsmodels (`combine_effects`, Paule-Mandel with Hartung-Knapp), PyMARE (REML) where it can be imported, and
metafor (`rma`, REML, ``test="knha"``) where ``Rscript`` and the package exist.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from analysis.methods.models import random_effects
from analysis.methods.robustness.multiverse import Counts, multiverse

SEED = 20_260_101
SINGLE = (5, 13)
LARGE = (1_000, 10_000, 100_000, 1_000_000)
BATCH = 100_000
# What was set as the goal: ours / peer at most, or microseconds per fit.
METAFOR_SHARE = 1 / 40
BATCH_MICROSECONDS = 10.0

METAFOR = """
suppressMessages(library(metafor))
for (file in commandArgs(trailingOnly=TRUE)) {
  d <- read.csv(file)
  invisible(rma(yi, vi, data=d, test="knha"))
  times <- replicate(5, system.time(for (i in 1:40) rma(yi, vi, data=d, test="knha"))[["elapsed"]] / 40)
  cat(min(times) * 1e6, "\\n")
}
"""


def synthetic(k: int, analyses: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Effects around 0.3 with τ² = 0.1 and variances that differ about tenfold."""
    rng = np.random.default_rng(SEED + k)
    shape = k if analyses is None else (analyses, k)
    vi = rng.chisquare(3, shape) * 0.1 + 0.02
    return rng.normal(0.3, np.sqrt(vi + 0.1)), vi


def microseconds(run: Callable[[], object], seconds: float = 0.3) -> float:
    """Best of five rounds, each long enough to be measured."""
    run()
    started = time.perf_counter()
    run()
    repeats = max(int(seconds / 5 / max(time.perf_counter() - started, 1e-7)), 1)
    rounds = []
    for _ in range(5):
        started = time.perf_counter()
        for _ in range(repeats):
            run()
        rounds.append((time.perf_counter() - started) / repeats)
    return min(rounds) * 1e6


def statsmodels_fit(yi: np.ndarray, vi: np.ndarray) -> Callable[[], object]:
    from statsmodels.stats.meta_analysis import combine_effects

    return lambda: combine_effects(yi, vi, method_re="iterated", use_t=True)


def pymare_fit(yi: np.ndarray, vi: np.ndarray) -> Callable[[], object] | None:
    try:
        from pymare import Dataset
        from pymare.estimators import VarianceBasedLikelihoodEstimator
    except ImportError:
        return None
    data = Dataset(yi, vi)
    return lambda: VarianceBasedLikelihoodEstimator(method="REML").fit_dataset(data)


def metafor_microseconds(sizes: tuple[int, ...]) -> dict[int, float]:
    """Time per fit measured inside R; empty where R or the package is missing."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "metafor.R"
        script.write_text(METAFOR, encoding="utf-8")
        files = []
        for k in sizes:
            path = Path(folder) / f"k{k}.csv"
            np.savetxt(path, np.column_stack(synthetic(k)), delimiter=",", header="yi,vi", comments="")
            files.append(str(path))
        done = subprocess.run([rscript, str(script), *files], capture_output=True, text=True, check=False)
    if done.returncode:
        return {}
    return dict(zip(sizes, (float(line) for line in done.stdout.split()), strict=True))


def row(label: str, ours: float, peers: dict[str, float | None]) -> str:
    cells = [f"{label:<34}{ours:>12.1f}"]
    for name, value in peers.items():
        cells.append(f"{name} -" if value is None else f"{name} {value:.0f} (ours/its {ours / value:.3g})")
    return "   ".join(cells)


def many_analyses(batch: float) -> tuple[str, str]:
    """A multiverse of 10,000 analyses against as many single fits; ``batch`` is the time of one in a batch, in µs."""
    rng = np.random.default_rng(SEED)
    n = rng.integers(30, 120, 10)
    counts = Counts(rng.binomial(n, 0.25), n, rng.binomial(n, 0.3), n)
    sets = {str(i): [j for j in range(10) if i >> j & 1] for i in range(1, 1 << 10)}
    choices = (("RR", "OR"), ("REML", "DL", "PM"), ("HK", "wald"))
    started = time.process_time()
    found = multiverse({"counts": counts}, *choices, inclusion=sets)
    ours = (time.process_time() - started) / len(found.rows) * 1e6
    yi, vi = synthetic(10)
    single = microseconds(lambda: random_effects(yi, vi))
    print(
        row(
            f"multiverse of {len(found.rows):,}, per analysis",
            ours,
            {"a single fit": single, "a fit in a batch": batch},
        )
    )
    return "a multiverse no slower than as many fits", verdict(ours <= single)


def verdict(met: bool) -> str:
    return "met" if met else "MISSED"


def main() -> None:
    metafor = metafor_microseconds(SINGLE)
    print(f"{'REML + Hartung-Knapp':<34}{'ours, µs':>12}")
    goals = []
    for k in SINGLE:
        yi, vi = synthetic(k)
        ours = microseconds(lambda yi=yi, vi=vi: random_effects(yi, vi))  # type: ignore[misc]
        theirs = microseconds(statsmodels_fit(yi, vi))
        pymare = pymare_fit(yi, vi)
        peers = {
            "statsmodels": theirs,
            "PyMARE": microseconds(pymare) if pymare else None,
            "metafor": metafor.get(k),
        }
        print(row(f"one fit, k = {k}", ours, peers))
        if k == SINGLE[0]:
            goals.append(("k = 5 no slower than statsmodels", verdict(ours <= theirs)))
            if k in metafor:
                goals.append(("k = 5 in a fortieth of metafor's time", verdict(ours <= METAFOR_SHARE * metafor[k])))

    yi, vi = synthetic(5, BATCH)
    started = time.process_time()
    random_effects(yi, vi)
    each = (time.process_time() - started) / BATCH * 1e6
    print(row(f"batch of {BATCH:,}, k = 5, per fit", each, {}))
    goals.append((f"batch at most {BATCH_MICROSECONDS:g} µs per fit", verdict(each <= BATCH_MICROSECONDS)))

    goals.append(many_analyses(each))
    for k in LARGE:
        yi, vi = synthetic(k)
        ours = microseconds(lambda yi=yi, vi=vi: random_effects(yi, vi))  # type: ignore[misc]
        pymare = pymare_fit(yi, vi)
        peers = {
            "statsmodels": microseconds(statsmodels_fit(yi, vi)),
            "PyMARE": microseconds(pymare) if pymare else None,
        }
        print(row(f"one fit, k = {k:,}", ours, peers))
        goals.append((f"k = {k:,} no slower than statsmodels", verdict(ours <= peers["statsmodels"])))
        if k == 100_000 and peers["PyMARE"] is not None:
            goals.append(("k = 100,000 no slower than PyMARE", verdict(ours <= peers["PyMARE"])))
    print()
    for goal, outcome in goals:
        print(f"{goal}: {outcome}")


if __name__ == "__main__":
    main()
