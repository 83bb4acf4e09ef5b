"""Blocks of the metafor reference file, one per data set and measure, as the tests of this folder want them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

REFERENCE = Path(__file__).parents[1] / "reference" / "metafor_reference_public.json"


@cache
def reference_cases() -> list[dict[str, Any]]:
    return json.loads(REFERENCE.read_text(encoding="utf-8"))["cases"]


@cache
def blocks(kind: str) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray | None, dict[str, Any]]]:
    """``"data set measure"``: yi and vi (NaN where metafor used no value), sample sizes or None, reference block."""
    found = {}
    for case in reference_cases():
        for measure, analysis in case["analyses"].items():
            if kind not in analysis:
                continue
            source = case["data"] if case["type"] == "generic" else case["effects"][measure]
            yi, vi = (np.array([np.nan if x is None else x for x in source[name]], float) for name in ("yi", "vi"))
            unused = np.isnan(yi) | np.isnan(vi) | (vi == 0)
            sizes = [np.array(case["data"][name], float) for name in ("n1i", "n2i", "ni") if name in case["data"]]
            found[f"{case['id']} {measure}"] = (
                np.where(unused, np.nan, yi),
                np.where(unused, np.nan, vi),
                sum(sizes) if sizes else None,
                analysis[kind],
            )
    return found


def numbers(values: list[Any]) -> np.ndarray:
    """A reference array; infinities are strings in the file, missing values null."""
    return np.array([np.nan if x is None else float(x) for x in values])
