"""The codebook data/README.md, written from the descriptor and the data so that it cannot fall behind them.

`python -m analysis codebook` writes it; a test compares.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from analysis.evidence.checks import CHECKS, Kind
from analysis.evidence.descriptor import read_descriptor
from analysis.evidence.digitised.problems import QUESTIONS
from analysis.evidence.load import Evidence, load
from analysis.evidence.references import not_found
from analysis.evidence.schema import Field, Table
from analysis.evidence.whole_file import write_whole

INTRODUCTION = """# Codebook of the evidence

Written by `python -m analysis codebook` from `datapackage.json` and the tables; change those, not this file.

Every fact was read in publicly available text. Its row carries `source` (key in `references.bib`), `address`,
`locator`, a verbatim `quotation` of at most 25 words (" … " marks words left out) and `obtained`, how it was got:
what another review prints of a trial is marked `secondary source`. What was not found is empty and said in `note` or
`reason`, never filled in. One person extracted the facts on 22 November 2026.

## Where to find what

- **Trials** stand in `trials.csv`, one row per trial. **Reports** of trials are rows of `records.csv` that name their
  `trial`; `flow_box` says which is the main report, `citation` in `trials.csv` leads to its entry in
  `bibliography.csv`.
- **Facts** stand in `counts.csv` (everything that is counted per arm), `continuous.csv`, `biomarkers.csv`
  (statements without numbers), `baseline.csv`, `risk_of_bias.csv`, `published.csv` and `claims.csv`. Units: a
  column's own unit is in the tables below, a measured quantity's in `scales.csv`.
- **Judgements** have no table of their own, because each kind has a home: risk of bias, of others and our own, is in
  `risk_of_bias.csv` with who judged, certainty in the evidence in `certainty.csv` (that of others in
  `risk_of_bias.csv`), eligibility in `trials.csv`, which result is used in `choices.csv`, conflicting sources in
  `conflicts.csv`, odd findings in `exceptions.csv`, method in `protocol.csv`, whether an item of a reporting
  guideline is met in `reporting.csv`.
- **Searches** of databases and registers stand in `searches.csv`, their records in `records.csv`; the strategies as
  written stand in `strategies.csv`, whose `status` says whether they were run. How searches come in:
  `docs/searching.md`.
- **Conflicting reports** stand side by side as rows of their own; `choices.csv` says which of them enters an analysis
  and why, `conflicts.csv` what disagrees and what was done about it.

## Rules

- Files are UTF-8 without byte order mark, Unix line ends, comma separated, one record per line, a decimal point.
- An empty cell means "not available". Numbers have no thousands separators; dates are year-month-day.
- `row_id` is unique over all tables and does not change once published; other tables refer to it.
- Coded columns (`…_class`, `randomised`, `blinding`, `direction`, `comparison`, `flow_box`, `eligibility`) are read
  off the words in the same row; where the words do not say, the code is "not stated".
- Loading (`analysis.evidence.load`) asks the checks listed below and refuses the folder with a list of all faults:
  file, row, line, column, value, what is wrong, what to do. `python -m analysis check-data` prints them as a table.
- A finding that is right as it stands, because the source prints it so, is explained in `exceptions.csv`. One that
  nobody explained stops loading, and so does an explanation that explains nothing.
- `seals.csv` holds a fingerprint of every row. A row that changed, came or went stops loading until someone has
  compared it with its quotation and run `python -m analysis seal --by "name"`. So does a change of what
  `datapackage.json` says of a table or column.
- `assessors.csv` names who judges in this review; what anyone else judged is a published judgement.
  `confirmations.csv` says which rows a person compared with the report, written by `python -m analysis confirm`.
- How to add a trial or correct a value: `docs/adding-a-trial.md`.
"""


def codebook(tables: tuple[Table, ...], evidence: Evidence) -> str:
    """The text of data/README.md for these tables."""
    parts = [INTRODUCTION, _overview(tables, evidence), _flow(evidence), _references(evidence)]
    parts += [_checks(), _warnings(evidence)]
    parts += [_table(table, len(getattr(evidence, table.name))) for table in tables]
    return "\n".join(parts)


def _overview(tables: tuple[Table, ...], evidence: Evidence) -> str:
    lines = ["## Tables", "", "| file | rows | what |", "|---|---:|---|"]
    for table in tables:
        lines.append(f"| `{table.path}` | {len(getattr(evidence, table.name))} | {table.description} |")
    return "\n".join([*lines, ""])


def _flow(evidence: Evidence) -> str:
    boxes = Counter(record.flow_box for record in evidence.records)
    reasons = Counter(r.exclusion_class for r in evidence.records if r.exclusion_class)
    lines = [
        "## Records and trials",
        "",
        "Every record of the log stands in exactly one box of the flow diagram (`flow_box`):",
        "",
        "| box | records |",
        "|---|---:|",
        *(f"| {box} | {number} |" for box, number in boxes.most_common()),
        f"| all | {len(evidence.records)} |",
        "",
        "Reports excluded with reason, by `exclusion_class`:",
        "",
        "| reason | records |",
        "|---|---:|",
        *(f"| {reason} | {number} |" for reason, number in reasons.most_common()),
        "",
        "Trials by `eligibility`; a trial may be known only from another review's table, without a record:",
        "",
        "| eligibility | trials |",
        "|---|---|",
    ]
    for eligibility in dict.fromkeys(trial.eligibility for trial in evidence.trials):
        labels = [trial.label for trial in evidence.trials if trial.eligibility == eligibility]
        lines.append(f"| {eligibility} ({len(labels)}) | {', '.join(labels)} |")
    return "\n".join([*lines, ""])


def _references(evidence: Evidence) -> str:
    gaps = {reference.key: gaps for reference in evidence.bibliography if (gaps := not_found(reference))}
    complete = len(evidence.bibliography) - len(gaps)
    lines = [
        "## References",
        "",
        f"Of {len(evidence.bibliography)} references {complete} are complete. What was looked for in public text and",
        "not found is empty, not filled in:",
        "",
        "| key | not found |",
        "|---|---|",
        *(f"| `{key}` | {', '.join(fields)} |" for key, fields in gaps.items()),
    ]
    return "\n".join([*lines, ""])


def _checks() -> str:
    lines = [
        "## Checks",
        "",
        "Besides files, cells and foreign keys. A slip can only be ours and must be mended; an oddity may be the",
        "source's own and may be explained.",
        "",
        "| check | kind | question |",
        "|---|---|---|",
        *(f"| {check.name} | {check.kind.value} | {check.asks} |" for check in CHECKS),
        *(f"| {name} | {Kind.ODDITY.value} | {asks} |" for name, asks in QUESTIONS.items()),
    ]
    return "\n".join([*lines, ""])


def _warnings(evidence: Evidence) -> str:
    lines = [
        "## Oddities found by the checks",
        "",
        "| row | column | check | found | why it stands |",
        "|---|---|---|---|---|",
    ]
    reasons = {row.row_id: row.reason for row in evidence.exceptions}
    for warning in evidence.warnings:
        why = reasons[warning.explained_by] + (f" (`{warning.conflict}`)" if warning.conflict else "")
        lines.append(f"| `{warning.row_id}` | `{warning.column}` | {warning.check} | {warning.sentence} | {why} |")
    return "\n".join([*lines, ""])


def _table(table: Table, rows: int) -> str:
    keys = {key.field: f"`{key.target}.{key.target_field}`" for key in table.foreign_keys}
    lines = [
        f"## {table.path}",
        "",
        f"{table.description} {rows} rows; primary key {', '.join(f'`{name}`' for name in table.primary_key)}.",
        "",
        "| column | type | unit | required | meaning | allowed |",
        "|---|---|---|---|---|---|",
    ]
    for field in table.fields:
        lines.append(
            f"| `{field.name}` | {field.type} | {field.unit} | {'yes' if field.required else ''} "
            f"| {field.description} | {_allowed(field, keys.get(field.name, ''))} |"
        )
    return "\n".join([*lines, ""])


def _allowed(field: Field, target: str) -> str:
    parts = []
    if target:
        parts.append(f"a value of {target}")
    if field.enum:
        parts.append("; ".join(field.enum))
    if field.pattern:
        # A bar would end the table cell.
        parts.append(f"pattern `{field.pattern}`".replace("|", "\\|"))
    if field.minimum is not None:
        parts.append(f"at least {field.minimum}")
    if field.maximum is not None:
        parts.append(f"at most {field.maximum}")
    if field.unique:
        parts.append("unique")
    return "; ".join(parts)


def write_codebook(folder: Path) -> Path:
    """Write the codebook of the folder into it; the file."""
    path = folder / "README.md"
    write_whole(path, codebook(read_descriptor(folder), load(folder)))
    return path
