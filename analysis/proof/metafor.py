"""Pooled results a third time, by the R package metafor, where it is installed. Never at render: only on request.

One run of Rscript gets every data set, with the counts written into the script, and prints one line per result.
"""

from __future__ import annotations

import math
import shutil
import subprocess
from collections.abc import Sequence

from analysis.results.crosschecks import LIMITS, SEARCH, Job
from analysis.results.tree import CrossCheck
from analysis.synthesis.outcome_shapes import is_ratio
from analysis.synthesis.pooling import LEVEL

#: our interval → metafor's argument `test`
TESTS = {"HK": "knha", "mHK": "adhoc", "wald": "z"}
METHODS = {"EE": "EE", "REML": "REML", "ML": "ML", "DL": "DL", "PM": "PM", "EB": "EB", "SJ": "SJ", "HE": "HE"}
HEAD = """
options(warn = 1, digits = 17)
suppressPackageStartupMessages(library(metafor))
cat("version", as.character(packageVersion("metafor")), "\\n")
show <- function(key, fit) cat(key, fit$beta[1], fit$ci.lb, fit$ci.ub, "\\n")
control <- list(threshold = 1e-12, maxiter = 10000, tol = 1e-12)
"""
SECONDS = 120


class MetaforFailed(RuntimeError):
    """Rscript or metafor is there and did not do its work; the message holds what it said."""


def available() -> bool:
    """Whether Rscript is installed and finds metafor."""
    if shutil.which("Rscript") is None:
        return False
    asked = ["Rscript", "-e", 'quit(status = !requireNamespace("metafor", quietly = TRUE))']
    return subprocess.run(asked, capture_output=True, timeout=SECONDS).returncode == 0


def computations(jobs: Sequence[Job]) -> list[CrossCheck]:
    """Estimate and limits of every inverse-variance, Mantel-Haenszel and Peto result. Raises ``MetaforFailed``."""
    by_key = {job.key: job for job in jobs if call(job)}
    script = HEAD + "\n".join(f"show({job.key!r}, {call(job)})" for job in by_key.values())
    done = subprocess.run(["Rscript", "-"], input=script, capture_output=True, text=True, timeout=SECONDS)
    if done.returncode:
        raise MetaforFailed(f"Rscript ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    version, found = "", []
    for line in done.stdout.splitlines():
        key, *numbers = line.split()
        if key == "version":
            version = numbers[0]
            continue
        job = by_key[key]
        fields = LIMITS if job.tau2 else LIMITS[:1]
        for name, number in zip(fields, numbers, strict=False):
            theirs = float(number) if not is_ratio(job.pooled.measure) else math.exp(float(number))
            by = f"metafor {version} {call(job).partition('(')[0]}"
            found.append(CrossCheck(f"{key}.{name}", by, getattr(job.pooled, name), theirs, SEARCH))
    return found


def call(job: Job) -> str:
    """The R expression that fits the job; "" for models that are not asked of metafor."""
    given = (
        zip(("ai", "n1i", "ci", "n2i"), job.counts.T, strict=True)
        if len(job.counts)
        else (("yi", job.y), ("vi", job.v))
    )
    counts = ", ".join(f"{name} = c({', '.join(f'{number:.17g}' for number in column)})" for name, column in given)
    level = f"level = {100 * LEVEL:g}"
    measure = f'measure = "{job.pooled.measure if len(job.counts) else "GEN"}"'
    if job.tau2 and len(job.y) == 1:
        return f'rma({measure}, {counts}, method = "EE", {level})'
    if job.tau2:
        method, test = f'method = "{METHODS[job.tau2]}"', f'test = "{TESTS[job.interval]}"'
        return f"rma({measure}, {counts}, {method}, {test}, {level}, control = control)"
    if job.pooled.method.startswith("Mantel-Haenszel"):
        return f"rma.mh({measure}, {counts}, add = 0, drop00 = {'FALSE' if job.pooled.measure == 'RD' else 'TRUE'})"
    return f"rma.peto({counts}, add = 0)" if job.pooled.method == "Peto" else ""
