"""Finishing the JATS XML that pandoc writes: labels, identifiers and kinds of references where they belong.

What this module cannot put right, or would be wrong in the file, is said by :func:`problems`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from publishing.project.errors import PublishingError
from publishing.project.files import written_whole

MATHML = "{http://www.w3.org/1998/Math/MathML}"
XLINK = "{http://www.w3.org/1999/xlink}"
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
# What a cross-reference leads to, in the tag set's words.
_REFERENCE_TYPES = {
    "sec": "sec",
    "fig": "fig",
    "table-wrap": "table",
    "disp-formula": "disp-formula",
    "ref": "bibr",
    "aff": "aff",
    "corresp": "corresp",
    "supplementary-material": "supplementary-material",
}
# The tag set's own names for the parts that papers share.
_SECTION_TYPES = {
    "introduction": "intro",
    "methods": "methods",
    "results": "results",
    "discussion": "discussion",
    "conclusions": "conclusions",
}
# CSL's kinds of publication in the tag set's words, where they differ.
_PUBLICATION_TYPES = {"article-journal": "journal", "chapter": "book", "paper-conference": "conference"}
# What can carry the identifier of a place at its beginning.
_TAKES_PLACES = frozenset({"td", "th", "p", "title", "list-item", "def-item"})
_ROWS = frozenset({"tr", "thead", "tbody", "table", "list", "boxed-text"})
_LATEX = "\\documentclass{{article}}\n\\usepackage{{amsmath,amssymb}}\n\\begin{{document}}\n${}$\n\\end{{document}}"
# How the filters mark what pandoc has no element for.
_SECTION_NUMBER, _FLOAT_LABEL, _EQUATION_LABEL = "header-section-number", "float-label", "equation-label"


def finish_jats(path: Path) -> None:
    """Finish the file at ``path`` in place; it is replaced only when everything succeeded.

    The pictures it names stand beside it. Raises :class:`PublishingError` for the first of its :func:`problems`.
    """
    try:
        tree = etree.parse(path, etree.XMLParser(no_network=True, resolve_entities=False, strip_cdata=False))
    except etree.XMLSyntaxError as error:
        raise _fault(path, f"{error.msg}") from error
    root = tree.getroot()
    _number_sections(root)
    _label_tables(root)
    _label_formulas(root)
    _name_places(root)
    _fill_places(root)
    _identify_mathematics(root)
    _type_references(root)
    _list_references(root)
    _date_publication(root)
    _count(root)
    back = root.find("back")
    if back is not None and len(back) == 0:
        root.remove(back)
    for problem in problems(root, path.parent):
        raise _fault(path, problem)
    with written_whole(path) as beside:
        tree.write(str(beside), encoding="UTF-8", xml_declaration=True)


def _fault(path: Path, problem: str) -> PublishingError:
    return PublishingError(
        f"the JATS file {path.name} would be faulty: {problem}.", remedy="correct the document it was made of."
    )


def problems(root: etree._Element, folder: Path) -> Iterator[str]:
    """What a validator or a reader of the file would stumble over; ``folder`` holds the pictures."""
    identifiers = Counter(root.xpath("//@id"))
    yield from (f"the identifier {name} is there {count} times" for name, count in identifiers.items() if count > 1)
    yield from (f"{name} can't be an identifier in XML" for name in identifiers if not _NAME.fullmatch(name))
    for element in root.iterfind(".//*[@rid]"):
        for name in element.get("rid", "").split():
            if name not in identifiers:
                yield f"“{_text(element)}” refers to {name}, which is not in it"
    for figure in root.iter("fig"):
        if not figure.findall(".//graphic") and not figure.findall(".//table"):
            yield f"the figure {figure.get('id')} holds no picture"
    for element in [*root.iter("fig"), *root.iterfind(".//table-wrap[@id]")]:
        if [child.tag for child in element[:2]] != ["label", "caption"]:
            yield f"{element.get('id')} has no label and caption"
    for graphic in [*root.iter("graphic"), *root.iter("inline-graphic")]:
        name = unquote(graphic.get(f"{XLINK}href", ""))
        if not (folder / name).is_file():
            yield f"the picture {name} is not beside it"
        if not _text(graphic.find("alt-text")):
            yield f"the picture {name} has no alternative text"
    for name in root.xpath("//named-content[not(normalize-space()) and not(.//graphic|.//inline-graphic)]/@id"):
        yield f"the place {name} names nothing"
    for mark in (_SECTION_NUMBER, _FLOAT_LABEL, _EQUATION_LABEL):
        if root.find(f".//named-content[@content-type='{mark}']") is not None:
            yield f"a {mark.replace('-', ' ')} stands where the tag set has no place for it"


def _text(element: etree._Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _take_out(element: etree._Element) -> None:
    """Remove an element but not the text after it, of which leading blanks go too."""
    parent, before = element.getparent(), element.getprevious()
    tail = (element.tail or "").lstrip()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _labelled(element: etree._Element, text: str) -> None:
    label = etree.Element("label")
    label.text, label.tail = text, element.text
    element.insert(0, label)


def _number_sections(root: etree._Element) -> None:
    for section in root.iterfind("body//sec"):
        title = section.find("title")
        number = title.find(f"named-content[@content-type='{_SECTION_NUMBER}']") if title is not None else None
        if number is not None:
            _take_out(number)
            _labelled(section, _text(number))
        kind = _SECTION_TYPES.get(_text(title).lower())
        if kind:
            section.set("sec-type", kind)


def _label_tables(root: etree._Element) -> None:
    for table in list(root.iter("table-wrap")):
        mark = table.find(f"caption/p/named-content[@content-type='{_FLOAT_LABEL}']")
        if mark is not None:
            paragraph = mark.getparent()
            table.set("id", mark.attrib.pop("id"))
            _take_out(mark)
            _labelled(table, _text(mark))
            if not _text(paragraph) and len(paragraph) == 0:
                paragraph.getparent().remove(paragraph)
        foot = table.getnext()
        if foot is not None and foot.tag == "table-wrap-foot":
            table.append(foot)
        for head in table.iterfind(".//thead//th"):
            head.set("scope", "col")
        # the widths of a pipe table's dashes are chance, and a journal sets its own
        for columns in table.findall(".//colgroup"):
            columns.getparent().remove(columns)


def _label_formulas(root: etree._Element) -> None:
    for mark in list(root.iterfind(f".//named-content[@content-type='{_EQUATION_LABEL}']")):
        formula, wrapper = mark.getnext(), mark.getparent()
        if formula is None or formula.tag != "disp-formula" or not wrapper.get("id"):
            continue
        formula.set("id", wrapper.get("id"))
        _labelled(formula, _text(mark))
        formula.tail = wrapper.tail
        wrapper.getparent().replace(wrapper, formula)


def _name_places(root: etree._Element) -> None:
    """pandoc makes styled content of a span that is there for its identifier only."""
    for place in root.iterfind(".//styled-content[@id]"):
        if not place.get("style"):
            place.tag = "named-content"
            place.set("content-type", "place")


def _fill_places(root: etree._Element) -> None:
    """An identifier stands on what it names: PMC refuses content that is named and empty.

    It goes to the cell or paragraph that the place opens, else to the element after it, else the place takes the text
    after it, or before it, into itself.
    """
    for place in list(root.iterfind(".//named-content[@id]")):
        if _text(place) or len(place):
            continue
        parent, after = place.getparent(), place.getnext()
        tail = place.tail or ""
        opens = place.getprevious() is None and not (parent.text or "").strip()
        if opens and parent.tag in _TAKES_PLACES and parent.get("id") is None:
            parent.set("id", place.get("id"))
            _remove(place)
        elif tail.strip():
            place.text, place.tail = tail, None
        elif after is not None and after.get("id") is None and isinstance(after.tag, str):
            after.set("id", place.get("id"))
            _remove(place)
        elif parent.tag in _TAKES_PLACES and parent.get("id") is None:
            parent.set("id", place.get("id"))
            _remove(place)
        else:
            _take_in(place)


def _remove(element: etree._Element) -> None:
    """Remove an element, but no blank after it."""
    parent, before, tail = element.getparent(), element.getprevious(), element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _take_in(place: etree._Element) -> None:
    """Let a place hold what follows it, or where nothing does what goes before it."""
    parent, after, before = place.getparent(), place.getnext(), place.getprevious()
    if after is not None:
        place.text, place.tail = place.tail, after.tail
        after.tail = None
        place.append(after)
    elif before is not None:
        if (before.tail or "").strip():
            place.text, before.tail = before.tail, None
        else:
            place.append(before)
    elif (parent.text or "").strip():
        place.text, parent.text = parent.text, None
    else:
        # an empty cell with several: its row is named by the second
        free = next((one for one in parent.iterancestors() if one.get("id") is None and one.tag in _ROWS), None)
        if free is not None:
            free.set("id", place.get("id"))
            _remove(place)


def _identify_mathematics(root: etree._Element) -> None:
    """Formulae as MathML with an identifier each; TeX stands only where pandoc could not turn it into MathML."""
    taken = set(root.xpath("//@id"))
    number = 0
    for formula in [*root.iter("inline-formula"), *root.iter("disp-formula")]:
        for choice in formula.findall("alternatives"):
            mathematics = choice.find(f"{MATHML}math")
            if mathematics is not None:
                mathematics.tail = choice.tail
                formula.replace(choice, mathematics)
    for element in root.iter(f"{MATHML}math", "tex-math"):
        if element.tag == "tex-math" and "\\documentclass" not in (element.text or ""):
            element.text = _LATEX.format(element.text or "")
        while element.get("id") is None:
            number += 1
            if f"math-{number}" not in taken:
                element.set("id", f"math-{number}")


def _type_references(root: etree._Element) -> None:
    kinds = {element.get("id"): element.tag for element in root.iterfind(".//*[@id]")}
    for reference in root.iter("xref"):
        reference.attrib.pop("alt", None)
        kind = kinds.get(reference.get("rid"))
        if kind is not None:
            reference.set("ref-type", _REFERENCE_TYPES.get(kind, "other"))


def _list_references(root: etree._Element) -> None:
    """Number the references where the citations are numbers, and say of each what kind of publication it is."""
    cited = [_text(reference) for reference in root.iterfind(".//xref[@ref-type='bibr']")]
    is_numbered = bool(cited) and all(text.isdigit() for text in cited)
    for number, reference in enumerate(root.iter("ref"), start=1):
        if is_numbered:
            _labelled(reference, str(number))
        for citation in reference.iter("element-citation"):
            kind = citation.get("publication-type")
            other = "webpage" if citation.find("uri") is not None else "other"
            citation.set("publication-type", _PUBLICATION_TYPES.get(kind, kind) if kind else other)
            for group in citation.iterfind("person-group/string-name"):
                group.tag = "collab"
            for page in citation.findall("lpage"):
                if not _text(page):
                    citation.remove(page)


def _date_publication(root: etree._Element) -> None:
    """Day, month and year of the date of publication, of which the template knows the whole only."""
    for date in root.iterfind("front/article-meta/pub-date"):
        parts = (date.get("iso-8601-date") or "").split("-")
        for name, part in reversed(list(zip(("year", "month", "day"), parts, strict=False))):
            etree.SubElement(date, name).text = part


def _count(root: etree._Element) -> None:
    counts = etree.SubElement(root.find("front/article-meta"), "counts")
    for name, path in (
        ("fig-count", "body//fig"),
        ("table-count", "body//table-wrap"),
        ("equation-count", "body//disp-formula"),
        ("ref-count", "back//ref"),
    ):
        etree.SubElement(counts, name, count=str(len(root.findall(path))))
