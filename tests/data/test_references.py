"""references.bib parses, holds what data/bibliography.csv says was read, and nothing else."""

from __future__ import annotations

import json
import re

import pypandoc
import pytest

from analysis import data

BIB = data.DATA.parent / "references.bib"


@pytest.fixture(scope="module")
def parsed() -> dict[str, dict]:
    items = json.loads(pypandoc.convert_file(str(BIB), "csljson", format="biblatex"))
    return {item["id"]: item for item in items}


def plain(text: str) -> str:
    return re.sub(r"</?span[^>]*>", "", text).replace("’", "'").replace("“", '"').replace("”", '"')


def people(item: dict) -> list[str]:
    """Names as printed: particles, family or corporate name, given names."""
    parts = ("non-dropping-particle", "dropping-particle", "family", "literal", "given")
    return [" ".join(name.get(part, "") for part in parts) for name in item.get("author", item.get("editor", []))]


def test_keys_are_those_of_the_bibliography(evidence: data.Evidence, parsed: dict) -> None:
    keys = re.findall(r"^@\w+\{([^,]+),$", BIB.read_text(encoding="utf-8"), flags=re.M)
    assert keys == [reference.key for reference in evidence.bibliography]
    assert set(parsed) == set(keys)


def test_fields_are_those_that_were_read(evidence: data.Evidence, parsed: dict) -> None:
    for reference in evidence.bibliography:
        item = parsed[reference.key]
        if reference.title:
            assert plain(item["title"]) == plain(reference.title), reference.key
        else:
            assert re.fullmatch(r"\[.*not read.*\]", item["title"]), reference.key
        home = item.get("container-title", item.get("publisher", ""))
        if reference.type in ("article", "preprint", "book", "report"):
            assert plain(home) == plain(reference.journal_or_publisher), reference.key
        issued = item.get("issued", {}).get("date-parts", [[None]])[0][0]
        assert (None if issued is None else int(issued)) == reference.year, reference.key
        assert item.get("volume", "") == reference.volume, reference.key
        assert item.get("DOI", "") == reference.doi, reference.key
        assert item.get("issue", "") == reference.issue, reference.key
        assert item.get("PMID", "") == reference.pmid, reference.key
        pages = item.get("number", "") if reference.type == "report" else item.get("page", "")
        assert pages.replace("–", "-") == reference.pages_or_article, reference.key


def test_authors_are_those_that_were_read(evidence: data.Evidence, parsed: dict) -> None:
    for reference in evidence.bibliography:
        read = [name for name in re.split(r";\s*", reference.authors.replace(" (editors)", "")) if name]
        printed = people(parsed[reference.key])
        assert len(printed) == len(read), reference.key
        for name, words in zip(read, printed, strict=True):
            assert sorted(re.findall(r"[^\s,{}]+", plain(name))) == sorted(plain(words).split()), reference.key


def test_entries_without_authors_say_so(parsed: dict) -> None:
    without = {key for key, item in parsed.items() if not people(item)}
    for key in without:
        assert "uthors not read" in parsed[key].get("note", "") + parsed[key]["title"], key


def test_citations_resolve_and_corporate_authors_stay_whole() -> None:
    text = pypandoc.convert_text(
        "[@bowdish2023; @dedios2023; @recovery2021dexamethasone]",
        "plain",
        format="markdown",
        extra_args=["--citeproc", f"--bibliography={BIB}", "--wrap=none"],
    )
    assert "???" not in text
    assert "RECOVERY Collaborative Group 2021" in text
    assert "de Dios et al. 2023" in text


def test_trials_and_their_references_agree(evidence: data.Evidence) -> None:
    references = {reference.key: reference for reference in evidence.bibliography}
    for trial in evidence.trials:
        if trial.citation:
            reference = references[trial.citation]
            assert trial.doi == reference.doi, trial.row_id
            assert trial.year == reference.year, trial.row_id


def test_completed_fields_stand_in_the_bibliography(evidence: data.Evidence) -> None:
    references = {reference.key: reference for reference in evidence.bibliography}
    for check in evidence.bibliography_checks:
        assert str(getattr(references[check.key], check.field)) == check.value
