"""References: references.bib says what was read of each, all are cited, and a reader can find each."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pypandoc
import pytest

from analysis.evidence.citations import cited
from analysis.evidence.load import DATA, Evidence
from analysis.evidence.references import COMPLETE, FILE, bibtex, not_found

BIB = DATA.parent / FILE
STYLE = BIB.parent / "publishing/templates/vancouver.csl"


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


def test_the_file_is_what_the_bibliography_writes(evidence: Evidence) -> None:
    assert BIB.read_text(encoding="utf-8") == bibtex(evidence.bibliography), "run: python -m analysis references"


def test_keys_are_those_of_the_bibliography(evidence: Evidence, parsed: dict) -> None:
    keys = re.findall(r"^@\w+\{([^,]+),$", BIB.read_text(encoding="utf-8"), flags=re.M)
    assert keys == [reference.key for reference in evidence.bibliography]
    assert set(parsed) == set(keys)


def test_fields_are_those_that_were_read(evidence: Evidence, parsed: dict) -> None:
    for reference in evidence.bibliography:
        item = parsed[reference.key]
        if reference.title:
            assert plain(item["title"]) == plain(reference.title), reference.key
        else:
            assert re.fullmatch(r"\[.*title.* not found\]", item["title"], flags=re.IGNORECASE), reference.key
        home = item.get("container-title", item.get("publisher", ""))
        if reference.type in ("article", "preprint", "chapter", "book", "report"):
            assert plain(home) == plain(reference.journal_or_publisher), reference.key
        issued = item.get("issued", {}).get("date-parts", [[None]])[0][0]
        assert (None if issued is None else int(issued)) == reference.year, reference.key
        assert item.get("volume", "") == reference.volume, reference.key
        assert item.get("DOI", "") == reference.doi, reference.key
        assert item.get("issue", "") == reference.issue, reference.key
        assert item.get("PMID", "") == reference.pmid, reference.key
        pages = item.get("number", "") if reference.type == "report" else item.get("page", "")
        assert pages.replace("–", "-") == reference.pages_or_article, reference.key


def test_authors_are_those_that_were_read(evidence: Evidence, parsed: dict) -> None:
    for reference in evidence.bibliography:
        read = [name for name in re.split(r";\s*", reference.authors.replace(" (editors)", "")) if name]
        printed = people(parsed[reference.key])
        assert len(printed) == len(read), reference.key
        for name, words in zip(read, printed, strict=True):
            assert sorted(re.findall(r"[^\s,{}]+", plain(name))) == sorted(plain(words).split()), reference.key


def test_what_was_not_found_is_said(evidence: Evidence, parsed: dict) -> None:
    codebook = (DATA / "README.md").read_text(encoding="utf-8")
    for reference in evidence.bibliography:
        lacking = [name for name in COMPLETE[reference.type] if not getattr(reference, name)]
        assert bool(lacking or "others" in reference.authors) == bool(not_found(reference)), reference.key
        listed = f"| `{reference.key}` | {', '.join(not_found(reference))} |"
        assert (listed in codebook) == bool(not_found(reference)), reference.key
        said = f"{parsed[reference.key]['title']} {parsed[reference.key].get('note', '')}".lower()
        for name in {"authors", "title", "journal_or_publisher", "year"} & {*lacking}:
            assert name.split("_")[0] in said and "not found" in said, reference.key


def test_every_reference_is_cited_and_everything_cited_is_a_reference(evidence: Evidence) -> None:
    places, listed = cited(evidence), {reference.key for reference in evidence.bibliography}
    assert {key: where for key, where in places.items() if key not in listed} == {}
    assert [reference.key for reference in evidence.bibliography if reference.key not in places] == []


def test_citations_are_found_where_they_stand(evidence: Evidence, tmp_path: Path) -> None:
    (tmp_path / "analysis/methods").mkdir(parents=True)
    (tmp_path / "paper.qmd").write_text("[@one2001; @two2002], @three2003 [@fig-four, a@five.org].", encoding="utf-8")
    (tmp_path / "analysis/methods/tau.py").write_text(
        '"""Six [@six2006;\n@seven2007]."""\n@dataclass\nKEY = "shi2021"', encoding="utf-8"
    )
    found = {key: where for key, where in cited(evidence, tmp_path).items() if not where[0].startswith("data/")}
    code = ("analysis/methods/tau.py",)
    assert found.pop("shi2021")[0] == code[0]
    assert found == {
        **dict.fromkeys(("one2001", "two2002", "three2003"), ("paper.qmd",)),
        **dict.fromkeys(("six2006", "seven2007"), code),
    }


def test_every_printed_reference_can_be_found(evidence: Evidence) -> None:
    """As printed: authors, title, source, year, and volume with pages or an address; no stray punctuation."""
    text = pypandoc.convert_text(
        '---\nnocite: "@*"\n---\n',
        "plain",
        format="markdown",
        extra_args=["--citeproc", f"--bibliography={BIB}", f"--csl={STYLE}", "--wrap=none"],
    )
    printed = [re.sub(r"^\d+\. +", "", entry) for entry in text.strip().split("\n\n")]
    assert len(printed) == len(evidence.bibliography)
    for reference, entry in zip(evidence.bibliography, printed, strict=True):
        assert not re.search(r"\.\.|;;|::|,,| [.,;:]|\(\)|\[\]|\?\?\?|; *\.", entry), entry
        assert (reference.doi and entry.endswith(f"https://doi.org/{reference.doi}")) or not reference.doi, entry
        if reference.type == "article":
            place = f";{reference.volume}" in entry and reference.pages_or_article.split("-")[0] in entry
            assert place or "https://" in entry, entry
        if reference.type == "preprint":
            assert "[preprint" in entry, entry
        whole = reference.authors and reference.title and reference.journal_or_publisher and reference.year
        assert bool(whole) != ("not found]" in entry) or reference.type in ("webpage", "software"), entry


def test_names_and_ranges_print_as_in_vancouver() -> None:
    text = pypandoc.convert_text(
        "[@nuijten2016; @shi2021; @adas2021; @pochon2023]",
        "plain",
        format="markdown",
        extra_args=["--citeproc", f"--bibliography={BIB}", f"--csl={STYLE}", "--wrap=none"],
    )
    assert "van Assen MALM" in text
    assert "Shi L, Huang H, Lu X, Yan X, Jiang X, Xu R, et al." in text
    assert "Adas G, et al." in text
    assert "2016;48(4):1205–26" in text
    assert "2023:1224865" in text, "an article number without volume follows the year after a colon"


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


def test_trials_and_their_references_agree(evidence: Evidence) -> None:
    references = {reference.key: reference for reference in evidence.bibliography}
    for trial in evidence.trials:
        if trial.citation:
            reference = references[trial.citation]
            assert trial.doi == reference.doi, trial.row_id
            assert trial.year == reference.year, trial.row_id


def test_completed_fields_stand_in_the_bibliography(evidence: Evidence) -> None:
    references = {reference.key: reference for reference in evidence.bibliography}
    for check in evidence.bibliography_checks:
        assert str(getattr(references[check.key], check.field)) == check.value
