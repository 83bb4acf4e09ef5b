"""Claims on what was not searched and on who screened: an import makes them false, and the sentences must follow."""

from __future__ import annotations

from analysis.results.claims import claim
from analysis.results.tree import Review


@claim("no search of a bibliographic database was brought in")
def no_database_searched(review: Review) -> bool:
    return review.searches.databases == 0


@claim("no search of a register itself was brought in")
def no_register_searched(review: Review) -> bool:
    return review.searches.registers == 0


@claim("no record was screened by two")
def one_screener(review: Review) -> bool:
    return review.searches.screening.screened == 0


@claim("no strategy is marked as run, and no search of a database or register was brought in")
def strategies_not_run(review: Review) -> bool:
    return review.searches.databases + review.searches.registers == 0 and {
        line.status for line in review.evidence.strategies
    } == {"not run"}
