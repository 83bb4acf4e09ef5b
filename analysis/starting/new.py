"""Write the project of a new review: documents, metadata, and data tables with heads and their descriptor.

Nothing of the tool-kit is copied: the new folder names the place of this repository, relative to itself, and its
documents import the rooms from there (docs/decisions/0012-a-second-review.md).
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import HOME
from analysis.evidence.codebook import write_codebook
from analysis.evidence.descriptor import read_descriptor
from analysis.evidence.optional import essential
from analysis.evidence.references import write_references
from analysis.evidence.rows_question import COUNTED, MEASURED
from analysis.evidence.schema import DESCRIPTOR
from analysis.evidence.whole_file import write_whole

STANDARD = HOME / "analysis" / "evidence" / "standard" / DESCRIPTOR
TEMPLATE = Path(__file__).with_name("template")
#: the tables that a new review begins with; others are declared once they are needed (``add_table``)
TABLES = (
    *("trials", "outcomes", "counts", "continuous", "words", "protocol", "criteria", "baseline", "bibliography"),
    "conditions",
)
#: columns that a first table has beside those that it must have
ALSO: Mapping[str, tuple[str, ...]] = {
    # the words of what is sealed, without which a change could not be named
    "seals": ("meaning",),
    "trials": (
        "citation",
        "year",
        "country",
        "comparator",
        "randomised_treatment",
        "randomised_control",
        "source",
        "note",
    ),
    "counts": ("timepoint_days", "source", "obtained", "note"),
    "continuous": ("timepoint_days", "sd", "low", "high", "source", "obtained", "note"),
    "baseline": ("unit", "value", "value_text", "source", "obtained", "note"),
    "outcomes": ("in_print", "head", "in_findings", "events", "further_measures", "unit", "minimum_trials"),
    "bibliography": (
        "authors",
        "journal_or_publisher",
        "volume",
        "issue",
        "pages_or_article",
        "doi",
        "address",
        "read_on",
    ),
}
KINDS = {COUNTED: ("RR", "OR RD"), MEASURED: ("MD", "SMD")}
MINIMUM = "2"
SEALS = "seals"
#: what is made, and what Quarto leaves beside the documents when it is interrupted
IGNORED = """_output/
_site/
_build/
.quarto/
**/*.quarto_ipynb
/manuscript.*
/supplement.*
/*_files/
!/*.qmd
"""
#: what is left to do after a table was added to data that are sealed
THEN_SEAL = 'then run: python -m analysis seal --by "your name", and: python -m analysis codebook'


class CannotBegin(ValueError):
    """A folder in which no review can begin, or an outcome that cannot be asked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An outcome of the new review: its name, kind and unit. The first one is the primary outcome."""

    name: str
    kind: str
    unit: str = ""

    @property
    def key(self) -> str:
        return re.sub(r"[^A-Za-z0-9]+", "_", self.name).strip("_").lower()

    def row(self, primary: bool) -> dict[str, str]:
        measure, further = KINDS[self.kind]
        return {
            "row_id": f"outcome-{self.key.replace('_', '-')}",
            "key": self.key,
            "name": self.name,
            "in_print": self.name,
            "head": self.name[:1].upper() + self.name[1:],
            "in_findings": self.name[:1].upper() + self.name[1:],
            "events": "events" if self.kind == COUNTED else "",
            "kind": self.kind,
            "role": "primary" if primary else "secondary",
            "better": "lower",
            "measure": measure,
            "further_measures": further,
            "unit": self.unit,
            "minimum_trials": MINIMUM,
        }


def asked(text: str) -> Asked:
    """An outcome as the command line gives it: ``relapse``, or ``weight:measured:kg``."""
    name, _, rest = text.partition(":")
    kind, _, unit = rest.partition(":")
    found = Asked(name.strip(), kind.strip() or COUNTED, unit.strip())
    if not found.key or found.kind not in KINDS or (found.kind == MEASURED) != bool(found.unit):
        raise CannotBegin(
            f"{text!r} is no outcome. Remedy: write its name, as in 'relapse', or with kind and unit, "
            "as in 'weight:measured:kg'"
        )
    return found


def begin(folder: Path, title: str, treatment: str, control: str, outcomes: Sequence[Asked]) -> tuple[Path, ...]:
    """Write the project into ``folder``, which must be empty or not there; the files written.

    Raises ``CannotBegin`` for a folder with anything in it and for outcomes of one name.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotBegin(f"{folder} is there and not an empty folder. Remedy: name a folder that is not there yet")
    if len({one.key for one in outcomes}) != len(outcomes):
        raise CannotBegin("two outcomes have one name. Remedy: give each its own")
    words = {"TITLE": title.replace('"', "'"), "TOOLS": tools(folder), "OUTCOME": outcomes[0].name}
    parts = {
        "RESULTS": "\n".join(filled("result.md", said(one)) for one in outcomes).rstrip(),
        "ANALYSES": "\n".join(filled("analyses.md", said(one)) for one in outcomes).rstrip(),
        "ABSTRACT": " ".join(f'`{{python}} tables.found(n, "{one.key}")`' for one in outcomes),
    }
    (folder / "data").mkdir(parents=True)
    for name in ("_quarto.yml", "manuscript.qmd", "supplement.qmd", "README.md", "Makefile", "allowed_numerals.yml"):
        write_whole(folder / name, filled(name, words | parts))
    write_whole(folder / ".gitignore", IGNORED)
    rows: dict[str, list[dict[str, str]]] = {
        "outcomes": [one.row(primary=number == 0) for number, one in enumerate(outcomes)],
        "words": [
            {"row_id": f"word-{name}", "name": name, "words": said}
            for name, said in (("treatment", treatment), ("control", control))
        ],
    }
    write_tables(folder / "data", TABLES, rows, title)
    return tuple(sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file()))


def tools(folder: Path) -> str:
    """The place of the tool-kit, seen from a folder."""
    return Path(os.path.relpath(HOME, folder.resolve())).as_posix()


def said(one: Asked) -> dict[str, str]:
    return {"KEY": one.key, "NAME": one.name, "HEAD": one.name[:1].upper() + one.name[1:]}


def filled(name: str, words: Mapping[str, str]) -> str:
    """A file of the template with its words in place."""
    text = (TEMPLATE / name).read_text(encoding="utf-8")
    return re.sub(r"@([A-Z]+)@", lambda found: words.get(found[1], found[0]), text)


def write_tables(
    folder: Path, names: Iterable[str], rows: Mapping[str, Sequence[Mapping[str, str]]], title: str
) -> None:
    """Tables with heads and the rows given, the descriptor that declares them, and what is written from both."""
    package = standard()
    declared = {resource["name"]: resource for resource in package["resources"]}
    package |= {"title": f"Evidence of the review: {title}", "resources": []}
    for name in names:
        resource = narrowed(declared[name], columns(name, declared[name]), tuple(names))
        package["resources"].append(resource)
        heads = [field["name"] for field in resource["schema"]["fields"]]
        text = io.StringIO()
        writer = csv.DictWriter(text, heads, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows.get(name, ()))
        write_whole(folder / resource["path"], text.getvalue())
    write_whole(folder / DESCRIPTOR, json.dumps(package, indent=2, ensure_ascii=False) + "\n")
    write_codebook(folder)
    write_references(folder)


def add_table(folder: Path, name: str, whole: bool = False) -> Path:
    """Declare one more table of the standard and write its head, with all columns if ``whole``; the file written.

    Raises ``CannotBegin`` for a table that is there already, or that nobody knows.
    """
    package = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
    known = {resource["name"]: resource for resource in standard()["resources"]}
    there = [resource["name"] for resource in package["resources"]]
    if name not in known:
        raise CannotBegin(f"no table is called {name!r}. Remedy: name one of {', '.join(sorted(known))}")
    if name in there:
        raise CannotBegin(f"{folder.name}/{DESCRIPTOR} declares {name} already. Remedy: enter rows in {name}.csv")
    resource = known[name]
    kept = [field["name"] for field in resource["schema"]["fields"]] if whole else columns(name, resource)
    added = narrowed(resource, kept, (*there, name))
    path = folder / str(added["path"])
    if path.exists():
        raise CannotBegin(f"{folder.name}/{path.name} is there already. Remedy: move it away, or declare it by hand")
    write_whole(path, ",".join(kept) + "\n")
    package["resources"].append(added)
    write_whole(folder / DESCRIPTOR, json.dumps(package, indent=2, ensure_ascii=False) + "\n")
    if SEALS not in (*there, name):  # until what the descriptor says is sealed, the data cannot be loaded
        write_codebook(folder)
    return path


def is_sealed(folder: Path) -> bool:
    """Whether what the folder's descriptor says has to be confirmed by a seal."""
    return any(table.name == SEALS for table in read_descriptor(folder))


def standard() -> dict[str, Any]:
    """The descriptor of all tables that a review may have."""
    return dict(json.loads(STANDARD.read_text(encoding="utf-8")))


def columns(name: str, resource: Mapping[str, Any]) -> list[str]:
    """The columns that a table begins with, in the order of the standard."""
    wanted = essential(name) | {*ALSO.get(name, ())}
    return [field["name"] for field in resource["schema"]["fields"] if field["name"] in wanted]


def narrowed(resource: Mapping[str, Any], kept: Sequence[str], tables: Sequence[str]) -> dict[str, Any]:
    """A table of the standard with some of its columns, and references to these tables only."""
    schema = dict(resource["schema"])
    schema["fields"] = [field for field in schema["fields"] if field["name"] in kept]
    schema["foreignKeys"] = [
        key
        for key in schema.get("foreignKeys", [])
        if key["fields"] in kept and (key["reference"]["resource"] or resource["name"]) in tables
    ]
    if not schema["foreignKeys"]:
        del schema["foreignKeys"]
    return {**resource, "schema": schema}
