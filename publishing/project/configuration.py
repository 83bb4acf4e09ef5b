"""``_quarto.yml``, its profiles and front matter: read, validated, merged per document and format."""

from __future__ import annotations

import datetime
import functools
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from publishing.project.author_keys import faults_of_affiliations
from publishing.project.declarations import DeclarationSettings, Declared, declared, faults
from publishing.project.errors import PublishingError
from publishing.project.own_keys import LedgerSettings, SubmissionSettings
from publishing.project.supported_keys import (
    ENGINE_KEYS,
    FRONT_MATTER,
    PROFILE_FILE,
    PROJECT_FILE,
    TEMPLATE_KEYS,
)
from publishing.project.yaml_records import filled
from publishing.project.yaml_schema import KeyPath, Keys, Origin, read_yaml

#: of a name in a message no more characters are shown
SHOWN = 200
FILE_NAME = "_quarto.yml"
PROFILE_NAME = "_quarto-{}.yml"
OVERRIDES = Path("overrides")
DEFAULT_OUTPUT = "_output"
DEFAULT_REGISTRY = "_build/crossref"
# Quarto's defaults for typst, the one format of fixed page width.
DEFAULT_FIGURE_SIZE = (5.5, 3.5)


@dataclass(frozen=True, slots=True)
class Settings:
    """Validated YAML of one file, with the line of every key."""

    source: Path
    values: Mapping[str, Any]
    lines: Mapping[KeyPath, int]

    def line(self, *path: str) -> int | None:
        return self.lines.get(path)


@dataclass(frozen=True, slots=True)
class Project:
    """A project: its folder and its configuration.

    ``layers`` are ``_quarto.yml``, the chosen profiles and what the caller overrides, the last one winning;
    ``settings`` is what they come to, with the lines of ``_quarto.yml``.
    """

    root: Path
    settings: Settings
    layers: tuple[Settings, ...]
    profiles: tuple[str, ...] = ()
    overrides: str = ""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that the configuration was read from."""
        return tuple(layer.source for layer in self.layers if layer.source is not OVERRIDES)

    @property
    def documents(self) -> tuple[Path, ...]:
        return tuple(self.root / str(name) for name in self.settings.values["project"]["render"])

    @property
    def output_dir(self) -> Path:
        return self.root / str(self.settings.values["project"].get("output-dir", DEFAULT_OUTPUT))

    @property
    def registry_dir(self) -> Path:
        return self.root / str(self.settings.values.get("crossref-registry-dir", DEFAULT_REGISTRY))

    def numbering(self, document: str) -> list[str]:
        """pandoc's arguments that tell the filters where numbers of other documents stand, and whose these are.

        A name in a file of metadata is read as Markdown, which changes an apostrophe in it.
        """
        return [
            f"--metadata=crossref-document:{document}",
            f"--metadata=crossref-registry-dir:{self.registry_dir}",
        ]

    @property
    def origins_page(self) -> str | None:
        """The file name of the page that shows where each printed number is from; None where no number leads to one.

        Raises :class:`PublishingError` for a project that could not make the page, or would overwrite a document's.
        """
        name = self.settings.values.get("number-origins")
        if name is None:
            return None
        problem = remedy = ""
        if not self.keeps_ledger:
            problem, remedy = "needs the ledger that the page is made of", "add 'ledger', or leave it away."
        elif name in {path.stem for path in self.documents}:
            problem, remedy = f"names a page that it would overwrite: '{name}'", "choose another name."
        if problem:
            line = self.settings.line("number-origins")
            message = f"'number-origins' {problem}."
            raise PublishingError(message, source=self.settings.source, line=line, remedy=remedy)
        return f"{name}.html"

    @property
    def layout(self) -> Mapping[str, Any]:
        """The pages that a journal's office wants; empty for the usual ones."""
        layout: Mapping[str, Any] = self.settings.values.get("manuscript-layout", {})
        return layout

    @property
    def custom_kinds(self) -> tuple[str, ...]:
        """The prefixes of identifiers that `crossref: custom` numbers."""
        return tuple(entry["key"] for entry in self.settings.values.get("crossref", {}).get("custom", []))

    @property
    def keeps_ledger(self) -> bool:
        """Whether the project says what its documents read, so that their numbers can be traced."""
        return "ledger" in self.settings.values

    @property
    def ledger(self) -> LedgerSettings:
        """Raises :class:`PublishingError` for a project that keeps none."""
        if not self.keeps_ledger:
            raise PublishingError("the project keeps no ledger.", remedy=f"add 'ledger' to {FILE_NAME}.")
        return filled(LedgerSettings, self.settings.values["ledger"])

    @property
    def submission(self) -> SubmissionSettings:
        """Raises :class:`PublishingError` for a project that names no parts of a bundle."""
        if "submission" not in self.settings.values:
            raise PublishingError(
                "the project says nothing of submissions.",
                source=self.settings.source,
                remedy="add 'submission: manuscript:' to it (docs/submitting.md).",
            )
        return filled(SubmissionSettings, self.settings.values["submission"])

    @property
    def declared(self) -> Declared | None:
        """What the authors declare; None for a project that declares nothing."""
        if "declarations" not in self.settings.values:
            return None
        settings = filled(DeclarationSettings, self.settings.values["declarations"])
        return declared(settings, self.settings.values)

    @property
    def keeps_controls(self) -> bool:
        """Whether the content controls of printed numbers stay in the DOCX that is handed on."""
        return bool(self.layout.get("content-controls", True))

    @property
    def filters(self) -> tuple[Path, ...]:
        """The Lua filters in the order they run. Raises :class:`PublishingError` for one that is not there."""
        entries = self.settings.values.get("filters", [])
        paths = []
        for index, entry in enumerate(entries):
            name = entry if isinstance(entry, str) else entry["path"]
            paths.append(self.existing(self.settings, name, ("filters", str(index))))
        return tuple(paths)

    def commands(self, when: str) -> tuple[str, ...]:
        """The commands of ``pre-render`` or ``post-render``."""
        return tuple(self.settings.values["project"].get(when, []))

    def existing(self, settings: Settings, name: str, key: KeyPath) -> Path:
        """The absolute path of a file that a key names; an error with the key's line when it is missing."""
        path = self.root / name
        if not os.path.isfile(path):  # unlike Path.is_file it knows of names that no file can have
            raise PublishingError(
                f"'{': '.join(key)}' names the file {name[:SHOWN]}, which does not exist.",
                source=settings.source,
                line=settings.line(*key),
                remedy="correct the path (it is relative to the project's folder) or make the file.",
            )
        return path


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """What one document is rendered with in one format: the four layers merged, the nearest one winning."""

    project: Project
    name: str
    values: Mapping[str, Any]
    layers: tuple[tuple[Settings, KeyPath], ...]

    def get(self, key: str, default: Any = None) -> Any:
        return self.values.get(key, default)

    def file(self, key: str) -> Path | None:
        """The existing file that ``key`` names, or None when the key is not given."""
        return None if key not in self.values else self._existing(key, self.values[key])

    def files(self, key: str) -> tuple[Path, ...]:
        return tuple(self._existing(key, name) for name in self.values.get(key, []))

    def metadata(self) -> dict[str, Any]:
        """What pandoc, the filters and the templates see."""
        return {key: value for key, value in self.values.items() if key not in ENGINE_KEYS}

    def error(self, message: str, key: str, remedy: str) -> PublishingError:
        """An error placed at the nearest file and line that give ``key``."""
        settings, path = self._nearest(key)
        line = settings.line(*path)
        return PublishingError(message, source=None if line is None else settings.source, line=line, remedy=remedy)

    def check_template(self) -> None:
        """Raise :class:`PublishingError` for a key that this format's template has no place for."""
        template = self.file("template")
        text = None if template is None else template.read_text(encoding="utf-8")
        for key in TEMPLATE_KEYS[self.name] & self.values.keys():
            if text is not None and not re.search(rf"\$(?:if\(|for\()?{re.escape(key)}\b", text):
                raise self.error(
                    f"the template of {self.name} has no place for '{key}', which would be lost.",
                    key,
                    f"add ${key}$ to {self.values['template']}, or take the key away.",
                )

    def _existing(self, key: str, name: str) -> Path:
        settings, path = self._nearest(key)
        return self.project.existing(settings, name, path)

    def _nearest(self, key: str) -> tuple[Settings, KeyPath]:
        """The nearest settings that give ``key``, and where; the project's when none does."""
        places = ((settings, (*prefix, key)) for settings, prefix in reversed(self.layers))
        return next((place for place in places if place[1] in place[0].lines), (self.project.settings, (key,)))


def load_project(root: Path, profile: str | None = None, overrides: Mapping[str, object] | None = None) -> Project:
    """Read ``_quarto.yml`` in ``root`` and what stands above it.

    ``profile`` names the file ``_quarto-<profile>.yml`` (several, separated by commas: the first one wins, as with
    Quarto); ``overrides`` win over both. Raises :class:`PublishingError` for anything that is not supported.
    """
    path = root / FILE_NAME
    if not path.is_file():
        raise PublishingError(
            f"there is no {FILE_NAME} in {root}.", remedy="run the command in the project's folder."
        )
    profiles = tuple(re.findall(r"[^\s,]+", profile or ""))
    above = yaml.safe_dump(dict(overrides), allow_unicode=True) if overrides else ""
    layers = [read_settings(path, read_source(path), PROJECT_FILE)]
    layers += [_read_profile(root, name) for name in reversed(profiles)]
    layers += [read_settings(OVERRIDES, above, PROFILE_FILE)] if above else []
    values = functools.reduce(merge, (layer.values for layer in layers))
    project = Project(root, Settings(path, values, layers[0].lines), tuple(layers), profiles, above)
    for index, document in enumerate(project.documents):
        project.existing(project.settings, str(document.relative_to(root)), ("project", "render", str(index)))
    _check_declarations(project)
    return project


def _check_declarations(project: Project) -> None:
    values = project.settings.values
    settings = filled(DeclarationSettings, values.get("declarations", {}))
    for path, message, remedy in (*faults_of_affiliations(values), *faults(settings, values)):
        raise PublishingError(
            message, source=project.settings.source, line=project.settings.line(*path), remedy=remedy
        )


def _read_profile(root: Path, name: str) -> Settings:
    path = root / PROFILE_NAME.format(name)
    if not path.is_file():
        pattern = re.compile(re.escape(PROFILE_NAME).replace(r"\{\}", "(.+)"))
        known = sorted(found[1] for one in root.iterdir() if (found := pattern.fullmatch(one.name)))
        there = f"those that exist: {', '.join(known)}" if known else "the project has none"
        raise PublishingError(
            f"there is no profile '{name}' ({there}).",
            remedy=f"choose one that exists, or write {path.name} beside {FILE_NAME}.",
        )
    return read_settings(path, read_source(path), PROFILE_FILE)


def read_source(path: Path) -> str:
    """The text of a file an author wrote. Raises :class:`PublishingError` when it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise PublishingError(
            "this line is not UTF-8 text.", source=path, line=line, remedy="save the file with the encoding UTF-8."
        ) from error


def read_settings(
    source: Path, text: str, spec: Keys, offset: int = 0, whole: str = "the top of the file"
) -> Settings:
    """Validate YAML ``text`` that starts after ``offset`` lines of ``source``; ``whole`` is what messages call it."""
    origin = Origin(source, offset, whole)
    settings = Settings(source, read_yaml(text, spec, origin), origin.lines)
    _check_date(settings)
    return settings


def read_front_matter(source: Path, text: str) -> Settings:
    """Validate a document's front matter (the YAML between its first two ``---`` lines)."""
    return read_settings(source, text, FRONT_MATTER, offset=1)


def document_formats(project: Project, front: Settings) -> tuple[str, ...]:
    """The formats of a document: its own when the front matter names any, otherwise the project's."""
    chosen = front.values if "format" in front.values else project.settings.values
    return tuple(chosen["format"])


def format_options(project: Project, front: Settings, name: str) -> FormatOptions:
    """Merge project, project's format, front matter and its format, as Quarto does."""
    layers: list[tuple[Settings, KeyPath]] = []
    values: dict[str, Any] = {}
    for level in (project.layers, (front,)):
        for prefix in ((), ("format", name)):
            for settings in level:
                layer = _descend(settings.values, prefix)
                if isinstance(layer, Mapping):
                    layers.append((settings, prefix))
                    values = merge(values, layer)
    return FormatOptions(project, name, values, tuple(layers))


def merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings are merged key by key, lists joined without repeats, other values replaced: Quarto's rule."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            merged[key] = merge(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            merged[key] = old + [item for item in value if item not in old]
        else:
            merged[key] = value
    return merged


def _descend(values: Mapping[str, Any], path: KeyPath) -> Any:
    for key in path:
        values = values.get(key) if isinstance(values, Mapping) else None  # type: ignore[assignment]
    return values


def _check_date(settings: Settings) -> None:
    date = settings.values.get("date")
    if date is None:
        return
    try:
        valid = bool(re.fullmatch(r"\d{4}-\d\d-\d\d", date)) and datetime.date.fromisoformat(date) is not None
    except ValueError:
        valid = False
    if not valid:
        raise PublishingError(
            f"the date {date!r} is not a day written as YYYY-MM-DD.",
            source=settings.source,
            line=settings.line("date"),
            remedy="write the day itself; 'today' would change the output from one day to the next.",
        )
