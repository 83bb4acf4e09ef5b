"""A profile's style of references: the project's CSL file, with as many authors as the journal names."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from publishing.project.errors import PublishingError
from publishing.submission.profile import Profile

_CSL = "{http://purl.org/net/xbiblio/csl}"


def write_style(profile: Profile, target: Path) -> None:
    """Write the style to ``target``. Raises :class:`PublishingError` for a file that is not there or is no CSL."""
    wanted = profile.references
    path = profile.path.parent / wanted.style
    if not path.is_file():
        raise PublishingError(
            f"the style of references {wanted.style} does not exist.",
            source=profile.path,
            remedy="name a CSL file by its path from the profile.",
        )
    tree = etree.parse(str(path))
    bibliography = tree.find(f"{_CSL}bibliography")
    if bibliography is None:
        raise PublishingError("this CSL style has no bibliography.", source=path, remedy="name another style.")
    for name, value in (("et-al-min", wanted.et_al_min), ("et-al-use-first", wanted.et_al_use_first)):
        if value is not None:
            bibliography.set(name, str(value))
    target.write_bytes(etree.tostring(tree, xml_declaration=True, encoding="utf-8"))
