"""The README of a bundle: for the editor who opens it, what each file is and how its numbers can be checked."""

from __future__ import annotations

from collections.abc import Sequence

from publishing.project.own_keys import Licence
from publishing.submission.contents import METHOD
from publishing.submission.crate import METADATA_NAME, Item, Purpose
from publishing.submission.findings import UNMET, Finding
from publishing.submission.packing import SUMS
from publishing.submission.profile import Profile
from publishing.submission.sources import ProjectFiles
from publishing.submission.told import findings_summary

README_NAME = "README.md"


def readme_text(
    title: str,
    profile: Profile,
    items: Sequence[Item],
    found: Sequence[Finding],
    sources: ProjectFiles,
    licences: Sequence[Licence],
    traced: bool,
) -> str:
    """The README as Markdown; ``traced`` says that a ledger of the printed numbers is there."""
    parts = [
        f"# {title}\n\nPrepared for {profile.title} (profile `{profile.name}`, instructions read {profile.read})."
    ]
    broken = [one.subject for one in found if one.status in UNMET]
    if broken:
        parts.append(f"**Not met, of what is asked for:** {'; '.join(broken)}. See the end of this page.")
    if sources.changes:
        parts.append(
            f"**These files were not made from one commit.** {len(sources.changes)} files differ from commit "
            f"`{sources.commit}` or are unknown to git."
        )
    parts += [_files(items, profile), _check(sources, traced), _lint(found), _licences(licences)]
    return "\n\n".join(parts) + "\n"


def _files(items: Sequence[Item], profile: Profile) -> str:
    lines = ["## Files"]
    for purpose in Purpose:
        rows = [f"| `{item.name}` | {_cell(item.description)} |" for item in items if item.purpose is purpose]
        lines += ["", f"### {purpose}", "", "| file | what it is |", "|---|---|", *rows] if rows else []
    blinded = (
        "For blinded review, send `blinded/`, `figures/`, `tables/`, `checklists/` and the legends: neither their "
        "texts nor their properties name an author. The other files do."
    )
    return "\n".join([*lines, *(["", blinded] if profile.blinded else [])])


def _check(sources: ProjectFiles, traced: bool) -> str:
    lines = ["## How the numbers can be checked", ""]
    if traced:
        lines += [
            "Every number in the manuscript and the supplement was traced to the result it prints, and from there to "
            "the rows of the evidence, when these files were made; the bundle would not exist otherwise.",
            "",
            "- `ledger.csv` has one line for each printed number: where it stands, its unrounded value, the rule of "
            "rounding, the code and the rows of the evidence behind it. `ledger.json` adds the words that were read.",
            "- In the PDF, a number leads to its row in `origins.html`, which shows the same and can be searched.",
        ]
    version = f" (commit `{sources.commit}`)" if sources.commit else ""
    return "\n".join(
        [
            *lines,
            f"- The archive of data and code{version} makes all files again: its README says how.",
            f"- `sha256sum --check {SUMS}` tells whether a file was changed since; `{METADATA_NAME}` says in a form "
            "for machines what each file is and what it was made from.",
        ]
    )


def _lint(found: Sequence[Finding]) -> str:
    rows = [f"| {one.status} | {one.subject} | {_cell(one.found)} | {_cell(one.wanted)} |" for one in found]
    return "\n".join(
        [
            "## What the journal asks for",
            "",
            f"{findings_summary(found)}. {METHOD}",
            "",
            "| status | demand | found | wanted |",
            "|---|---|---|---|",
            *rows,
        ]
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or "–"


def _licences(licences: Sequence[Licence]) -> str:
    lines = [f"- {one.covers}: {one.name}, {one.address} (`{one.file}` in the archive)" for one in licences]
    return "\n".join(["## Licences", "", *(lines or ["None is stated."])])
