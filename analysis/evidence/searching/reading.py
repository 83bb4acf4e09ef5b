"""Which kind of export a file is, by its content, and its records."""

from __future__ import annotations

import re
from pathlib import Path

from analysis.evidence.searching.decoding import decoded
from analysis.evidence.searching.delimited import delimited
from analysis.evidence.searching.exported import Export, refused
from analysis.evidence.searching.ictrp import ictrp
from analysis.evidence.searching.tagged import NBIB_LINE, RIS_LINE, nbib, ris

#: lines in which a tagged file must have shown its first record; programs write a few before it
HEAD = 40
KNOWN = (
    "export RIS (Embase, CENTRAL, Scopus, reference managers), NBIB (PubMed), CSV (Embase, CENTRAL, "
    "ClinicalTrials.gov, WHO ICTRP) or XML (WHO ICTRP)"
)


def read_export(path: Path) -> Export:
    """Read one file. Raises DataError naming file, line, what was found, and what to do."""
    file = path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise refused(str(path), None, None, f"cannot be read ({error.strerror})", "name an export") from None
    text, encoding = decoded(file, raw)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    head = [line for line in lines if line.strip()][:HEAD]
    of_register = False
    if text.lstrip().startswith("<") and not re.match(r"<[0-9]+>", text.lstrip()):
        # lxml goes by the encoding that the file itself declares
        layout, of_register = "XML of WHO ICTRP", True
        records = tuple(ictrp(file, raw))
    elif head and (found := NBIB_LINE.fullmatch(head[0])) and found["tag"] == "PMID":
        layout, records = "NBIB of PubMed", tuple(nbib(file, lines))
    elif any((found := RIS_LINE.fullmatch(line)) and found["tag"] == "TY" for line in head):
        layout, records = "RIS", tuple(ris(file, lines))
    else:
        table = delimited(file, text)
        if table is None:
            raise refused(file, 1, head[0] if head else "", "begins no export that is known", KNOWN)
        layout, of_register = table[0].name, bool(table[0].own)
        records = tuple(table[1])
    if not records:
        raise refused(file, None, None, f"is {layout} without a record", "export again what the search found")
    return Export(layout, encoding, of_register, records)
