"""The authors in the project's configuration: ORCIDs whose check digit does not fit are slips of the keyboard."""

from __future__ import annotations

from pathlib import Path

import yaml

from analysis.evidence.checks.findings import Result
from analysis.evidence.checks.identifiers import orcid_fault
from analysis.evidence.problems import Problem

NAME = "ORCID"
REMEDY = "copy it again from the author's ORCID page"


def author_result(configuration: Path) -> Result:
    """Check the ORCID of every author who gives one (ISO/IEC 7064, MOD 11-2)."""
    authors = yaml.safe_load(configuration.read_text(encoding="utf-8")).get("author") or []
    problems, examined = [], 0
    for number, author in enumerate(authors if isinstance(authors, list) else [authors], start=1):
        orcid = str(author.get("orcid") or "") if isinstance(author, dict) else ""
        if not orcid:
            continue
        examined += 1
        if fault := orcid_fault(orcid):
            column = f"author {number}, orcid"
            problems.append(Problem(configuration.name, None, column, orcid, fault, REMEDY, check=NAME))
    return Result(NAME, "have the authors' ORCIDs the right check digit?", examined, (), tuple(problems))
