"""The DOCX file as a package: properties, language and reproducible bytes."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from docx.document import Document
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from lxml import etree

from publishing.formats.word import validation
from publishing.project.files import written_whole

_CUSTOM = "/docProps/custom.xml"
#: what Word of 2013 and later writes of itself, and what follows it in the schema's order of settings
_COMPATIBILITY = {
    "compatibilityMode": "15",
    "overrideTableStyleFontSizeAndJustification": "1",
    "enableOpenTypeFeatures": "1",
    "doNotFlipMirrorIndents": "1",
    "differentiateMultirowTableHeaders": "1",
    "useWord2013TrackBottomHyphenation": "0",
}
_AFTER_COMPAT = frozenset(
    "docVars rsids mathPr attachedSchema themeFontLang clrSchemeMapping doNotIncludeSubdocsInStats "
    "doNotAutoCompressPictures forceUpgrade captions readModeInkLockDown smartTagType schemaLibrary shapeDefaults "
    "doNotEmbedSmartTags decimalSymbol listSeparator docId conflictMode discardImageEditingData "
    "defaultImageDpi chartTrackingRefBased".split()
)
# The zip format can't say "no time"; its earliest moment stands for it.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Properties:
    """Document properties as the filters left them: texts, empty where unknown."""

    title: str
    authors: str
    language: str
    short_title: str


def _custom_part(document: Document) -> Part | None:
    return next((part for part in document.part.package.iter_parts() if str(part.partname) == _CUSTOM), None)


def read_properties(document: Document) -> Properties:
    """Read title and language from the core properties, authors and short title from pandoc's custom ones."""
    custom: dict[str, str] = {}
    part = _custom_part(document)
    if part is not None:
        for element in parse_xml(part.blob):
            custom[str(element.get("name"))] = "".join(element.itertext()).strip()
    core = document.core_properties
    return Properties(
        title=core.title or "",
        authors=custom.get("author-names") or core.author or "",
        language=core.language or "",
        short_title=custom.get("short-title", ""),
    )


def set_properties(document: Document, properties: Properties) -> None:
    """Write title, authors, language and times; remove the custom properties, which are pandoc's own metadata."""
    core = document.core_properties
    core.title, core.author, core.language = properties.title, properties.authors, properties.language
    core.last_modified_by = properties.authors
    element = core._element
    for tag in ("dcterms:created", "dcterms:modified"):
        for child in element.findall(qn(tag)):
            element.remove(child)
    moment = os.environ.get("SOURCE_DATE_EPOCH")
    if moment:
        core.created = core.modified = datetime.fromtimestamp(int(moment), UTC).replace(tzinfo=None)
    package = document.part.package
    custom = _custom_part(document)
    for relation in list(package.rels.values()):
        if not relation.is_external and relation.target_part is custom:
            del package.rels[relation.rId]
    _set_language(document, properties.language)


def _set_language(document: Document, language: str) -> None:
    """Proofing language of all text, which pandoc leaves at en-US."""
    if not language:
        return
    for element in document.styles.element.iter(qn("w:rPrDefault")):
        run = element.find(qn("w:rPr"))
        if run is None:
            run = OxmlElement("w:rPr")
            element.append(run)
        for old in run.findall(qn("w:lang")):
            run.remove(old)
        lang = OxmlElement("w:lang")
        lang.set(qn("w:val"), language)
        lang.set(qn("w:eastAsia"), language)
        run.append(lang)
    for theme in document.settings.element.iter(qn("w:themeFontLang")):
        theme.set(qn("w:val"), language)


def set_compatibility(document: Document) -> None:
    """Say that the file is of today's Word, which opens one that says nothing in compatibility mode."""
    settings = document.settings.element
    compat = settings.find(qn("w:compat"))
    if compat is None:
        compat = OxmlElement("w:compat")
        place = next((at for at, child in enumerate(settings) if _name(child) in _AFTER_COMPAT), len(settings))
        settings.insert(place, compat)
    for old in compat.findall(qn("w:compatSetting")):
        if old.get(qn("w:name")) in _COMPATIBILITY:
            compat.remove(old)
    for name, value in _COMPATIBILITY.items():
        setting = OxmlElement("w:compatSetting")
        for key, text in (("name", name), ("uri", "http://schemas.microsoft.com/office/word"), ("val", value)):
            setting.set(qn(f"w:{key}"), text)
        compat.append(setting)


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def rewrite(path: Path, replaced: Mapping[str, bytes]) -> None:
    """Write the zip anew, in place and at once: members in order, without times; `replaced` maps member → bytes."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members.update(replaced)
    first = "[Content_Types].xml"
    with written_whole(path) as beside, zipfile.ZipFile(beside, "w") as archive:
        for name in sorted(members, key=lambda member: (member != first, member)):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, members[name])


def save(document: Document, path: Path) -> None:
    """Write `document` to `path` with reproducible bytes, and only if Word would find it whole.

    Raises `PublishingError` for a damaged file; what stood at `path` is then as it was.
    """
    set_compatibility(document)
    with written_whole(path) as beside:
        document.save(str(beside))
        rewrite(beside, {})
        validation.check_docx(beside, path.name)
