"""The XML that WHO's portal of registers (ICTRP) exports: a Trial for each entry, a field for each element in it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from analysis.evidence.searching.delimited import LAYOUTS, Layout, column, from_cells
from analysis.evidence.searching.exported import Exported, refused
from analysis.evidence.searching.tagged import CUT_OFF

ROOT, TRIAL = "trials downloaded from ictrp", "trial"
LAYOUT: Layout = next(layout for layout in LAYOUTS if layout.name == "CSV of WHO ICTRP")
OTHER = {
    "html": ("is a web page, not an export", "log in again if the session had ended, and export once more"),
    "pubmedarticleset": ("is PubMed's XML", "export it as NBIB (Save, format PubMed)"),
    "xml": ("is the XML of a reference manager", "export it as RIS"),
    "records": ("is the XML of a reference manager", "export it as RIS"),
}


def ictrp(file: str, raw: bytes) -> Iterator[Exported]:
    """The entries in the file. Raises DataError for XML that is broken, or of another kind."""
    # nothing outside the file is fetched, and no entity in it is filled in
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        if b"<html" in raw[:2000].lower():
            raise refused(file, None, None, *OTHER["html"]) from None
        raise refused(file, error.lineno, None, f"is no XML ({error.msg})", CUT_OFF) from None
    name = column(str(root.tag))
    if name != ROOT:
        problem, remedy = OTHER.get(name, ("is XML of a kind that is not known", "export RIS, NBIB or CSV"))
        raise refused(file, root.sourceline, str(root.tag), problem, remedy)
    for trial in root:
        if not isinstance(trial.tag, str):
            continue
        line = trial.sourceline or 1
        if column(trial.tag) != TRIAL:
            raise refused(file, line, trial.tag, "stands where only Trial may", CUT_OFF)
        cells: dict[str, list[str]] = {}
        for one in trial:
            if isinstance(one.tag, str):
                cells.setdefault(column(one.tag), []).append("".join(one.itertext()))
        yield from_cells(file, line, LAYOUT, cells)
