"""Finishing a PDF after either engine: places that links from other files can name.

Typst makes named destinations for headings only. The filters therefore mark every other place (a float, a number's
origin) with an empty link to ``place:<name>``. Here the marks become named destinations, and links that lead to a
place of the file itself stay inside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from publishing.project.files import written_whole

MARK = "place:"


def finish_pdf(path: Path) -> None:
    """Finish the PDF at ``path`` in place; the file is replaced only when everything succeeded."""
    with pikepdf.open(path) as pdf:
        places = _make_places(pdf)
        _stay_inside(pdf, path.name, places)
        _write_destinations(pdf, places)
        with written_whole(path) as beside:
            pdf.save(beside, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def address(annotation: pikepdf.Object) -> str:
    """Where a link annotation leads: a web or file address, ``#name`` of a destination, or nothing."""
    action = annotation.get("/A")
    if action is not None and action.get("/S") == Name.URI:
        return str(action.URI)
    target = annotation.get("/Dest") if action is None else action.get("/D")
    return f"#{target}" if isinstance(target, String) else ""


def link_annotations(pdf: pikepdf.Pdf) -> Iterator[tuple[pikepdf.Page, pikepdf.Object]]:
    """Every link annotation with its page."""
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", []):
            if annotation.get("/Subtype") == Name.Link:
                yield page, annotation


def destinations(pdf: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
    """The named destinations of a PDF whose names are one flat list, as typst writes them."""
    names = list(pdf.Root.Names.Dests.Names) if "/Dests" in pdf.Root.get("/Names", Dictionary()) else []
    return {str(name): target for name, target in zip(names[::2], names[1::2], strict=True)}


def _make_places(pdf: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
    places = destinations(pdf)
    for page, annotation in list(link_annotations(pdf)):
        target = address(annotation)
        if not target.startswith(MARK):
            continue
        name = target.removeprefix(MARK)
        left, _, _, top = (float(value) for value in annotation.Rect)
        places.setdefault(name, Array([page.obj, Name.XYZ, left, top, 0]))
        _remove(pdf, page, annotation)
    return places


def _stay_inside(pdf: pikepdf.Pdf, own_name: str, places: dict[str, pikepdf.Object]) -> None:
    for _, annotation in link_annotations(pdf):
        file, hash_sign, name = address(annotation).partition("#")
        if file == own_name and hash_sign and name in places:
            del annotation.A
            annotation.Dest = String(name)


def _remove(pdf: pikepdf.Pdf, page: pikepdf.Page, annotation: pikepdf.Object) -> None:
    """Take a mark away, with the empty element that stands for it in the structure."""
    element = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree).get(int(annotation.StructParent))
    page.obj.Annots = Array([other for other in page.obj.Annots if other.objgen != annotation.objgen])
    if isinstance(element, Dictionary):
        siblings = element.P.K if isinstance(element.P.K, Array) else [element.P.K]
        element.P.K = Array([kid for kid in siblings if not _is(kid, element)])


def _is(kid: pikepdf.Object, element: pikepdf.Object) -> bool:
    return isinstance(kid, Dictionary) and kid.objgen == element.objgen and kid.objgen != (0, 0)


def _write_destinations(pdf: pikepdf.Pdf, places: dict[str, pikepdf.Object]) -> None:
    if not places:
        return
    flat: list[pikepdf.Object] = []
    for name in sorted(places, key=lambda text: text.encode()):
        flat += [String(name), places[name]]
    if "/Names" not in pdf.Root:
        pdf.Root.Names = Dictionary()
    # a tree of one leaf: readers need the limits only in trees of several
    pdf.Root.Names.Dests = pdf.make_indirect(Dictionary(Names=Array(flat)))
