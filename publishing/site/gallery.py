"""``publishing gallery``: the pictures of the README from the outputs, with a digest of what each of them shows.

A picture is out of date when what it shows has another digest: that can be asked without a browser.
"""

from __future__ import annotations

import json
import shutil
import string
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from lxml import html

from publishing.project import interruptions
from publishing.project.configuration import load_project
from publishing.project.errors import PublishingError
from publishing.project.files import digest_of, written_whole
from publishing.verify.identity import Names
from publishing.verify.ledger import load_ledger
from publishing.verify.reading import read_output

FOLDER = Path("docs/gallery")
LIST, DIGESTS = "pictures.yml", "shown.json"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
#: milliseconds that a page has to show it
_WAIT = 4000
# A part of the page alone in its window, as wide as the page is; a card is opened as a reader does.
_SHOW: Mapping[str, str] = {
    "element": "{const one = document.getElementById($which); document.body.replaceChildren(one);"
    "document.body.style.cssText = 'display: block; margin: 1rem'; scrollTo(0, 0);}",
    "card": "[...document.querySelectorAll('[data-key]')].find((one) => one.dataset.key === $which).click();",
}
_SCRIPT = string.Template("<script>addEventListener('load', () => setTimeout(() => {$show}, 500));</script></body>")


@dataclass(frozen=True, slots=True)
class Picture:
    """``file`` ``shows`` a "page", an "element" or a "card" of the output ``of``: ``which`` one.

    ``width`` is that of a page, and with ``height`` that of the window, in pixels.
    """

    file: str
    shows: str
    of: str
    which: str
    width: int
    height: int = 900


def pictures(root: Path) -> list[Picture]:
    """The pictures that the project wants. Raises :class:`PublishingError` where the list can't be read."""
    path = root / FOLDER / LIST
    try:
        return [Picture(**one) for one in yaml.safe_load(path.read_text(encoding="utf-8"))]
    except (OSError, yaml.YAMLError, TypeError) as error:
        raise PublishingError(
            f"the list of pictures can't be read ({error}).",
            source=path,
            remedy="give each a file, and what it shows, of which output, which one, and its width.",
        ) from error


def digest(picture: Picture, outputs: Path) -> str:
    """The digest of what a picture shows, as the outputs in this folder say it now."""
    path = outputs / picture.of
    if picture.shows == "page":
        passages = read_output(path, Names((), ())).passages
        shown: Any = [one.text for one in passages if one.page == int(picture.which)]
    elif picture.shows == "card":
        shown = load_ledger(outputs).content["numbers"].get(picture.which)
    else:
        element = html.fromstring(path.read_bytes()).get_element_by_id(picture.which, None)
        shown = None if element is None else " ".join(element.text_content().split())
    if not shown:
        raise PublishingError(
            f"{picture.of} has no {picture.shows} {picture.which!r}.",
            source=Path(LIST),
            remedy=f"correct the entry of {picture.file}.",
        )
    return digest_of(json.dumps(shown, sort_keys=True, ensure_ascii=False).encode())


def outdated(root: Path, outputs: Path) -> list[str]:
    """The pictures that are missing, or show what the outputs in this folder no longer say."""
    known = json.loads((root / FOLDER / DIGESTS).read_text(encoding="utf-8"))
    return [
        one.file
        for one in pictures(root)
        if not (root / FOLDER / one.file).is_file() or known.get(one.file) != digest(one, outputs)
    ]


def gallery(root: Path) -> None:
    """Make all pictures anew. Raises :class:`PublishingError` where outputs or programs are missing."""
    outputs = load_project(root).output_dir
    browser, pages = _program(*BROWSERS), _program("pdftoppm")
    shown = {}
    with tempfile.TemporaryDirectory(prefix="gallery-") as place:
        for one in pictures(root):
            shown[one.file] = digest(one, outputs)
            made = Path(place) / one.file
            if one.shows == "page":
                command = [pages, "-png", "-singlefile", "-f", one.which, "-l", one.which]
                command += ["-scale-to-x", str(one.width), "-scale-to-y", "-1", str(outputs / one.of)]
                command.append(str(made.with_suffix("")))
            else:
                command = [browser, "--headless", "--no-sandbox", "--hide-scrollbars", f"--screenshot={made}"]
                command += [f"--window-size={one.width},{one.height}", f"--virtual-time-budget={_WAIT}"]
                command += ["--force-prefers-reduced-motion", _shown_page(one, outputs, Path(place)).as_uri()]
            done = interruptions.run(command, text=True)
            if not made.is_file():
                raise PublishingError(f"{one.file} could not be made: {done.stderr.strip()}.", remedy="see above.")
            with written_whole(root / FOLDER / one.file) as beside:
                shutil.copyfile(made, beside)
            print(f"  {FOLDER / one.file}", flush=True)
    with written_whole(root / FOLDER / DIGESTS) as beside:
        beside.write_text(json.dumps(shown, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _shown_page(picture: Picture, outputs: Path, place: Path) -> Path:
    """A copy of the page that shows what the picture is of as soon as it is loaded."""
    show = string.Template(_SHOW[picture.shows]).substitute(which=json.dumps(picture.which))
    page = (outputs / picture.of).read_text(encoding="utf-8")
    head, end, tail = page.rpartition("</body>")
    copy = place / f"{picture.file}.html"
    copy.write_text(f"{head}{_SCRIPT.substitute(show=show)}{tail}" if end else page, encoding="utf-8")
    return copy


def _program(*names: str) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise PublishingError(f"none of {', '.join(names)} is installed.", remedy="install one of them.")
    return found
