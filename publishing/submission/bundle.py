"""The bundle from start to end: one render, everything that is made of it, the lint, one zip."""

from __future__ import annotations

import csv
import datetime
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publishing import builtin, rendering, word_controls
from publishing.configuration import Project, load_project, merge
from publishing.errors import PublishingError
from publishing.outputs import BUILD, staging
from publishing.progress import Progress
from publishing.submission import blinding, crate, excerpts, figures, packing, readme, styles
from publishing.submission.authors import Author, authors
from publishing.submission.contents import Contents, Float, contents, words
from publishing.submission.crate import Crate, Item, Licence
from publishing.submission.findings import Finding, Status, findings, table
from publishing.submission.measures import MEASURES, Subject
from publishing.submission.profile import Profile, load
from publishing.submission.sources import Sources, check_licences, sources
from publishing.verify import ledger

LAYOUT = "submission"
ARCHIVE = "data-and-code.zip"
TITLE_PAGE = "title-page.docx"
LEGENDS = "legends.docx"
_FORMS = {".docx": "Word file", ".pdf": "PDF", ".xml": "JATS XML"}
_BLINDED = "blinded"


@dataclass(slots=True)
class _Bundle:
    """A bundle while it is made: ``folder`` holds its files, ``items`` say what they are."""

    root: Path
    profile: Profile
    folder: Path
    settings: Mapping[str, Any]
    sources: Sources
    progress: Progress
    items: list[Item] = field(default_factory=list)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    authors: tuple[Author, ...] = ()
    epoch: int = 0
    drawings: dict[str, list[figures.Drawing]] = field(default_factory=dict)
    figures: list[figures.FigureFile] = field(default_factory=list)

    @property
    def licences(self) -> list[Licence]:
        return [Licence(**one) for one in self.settings.get("licences", [])]

    @property
    def day(self) -> str:
        """The document's date, else the commit's, else that of the files."""
        made = datetime.datetime.fromtimestamp(self.epoch, datetime.UTC).date().isoformat()
        return str(self.metadata.get("date") or self.sources.day or made)

    def path(self, name: str) -> Path:
        """Where a file of that name goes, its folder made."""
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def add(self, name: str, description: str, *made_from: str) -> Path:
        self.items.append(Item(name, description, made_from or (ARCHIVE,)))
        return self.path(name)


def make(root: Path, name: str, engine: str = "builtin", *, strict: bool = False) -> Path:
    """Make ``submission-<name>.zip`` in the folder of the outputs; its path.

    ``strict`` refuses a bundle that breaks a demand of the profile. Raises :class:`PublishingError`; a bundle from
    before is then as it was.
    """
    profile = load(name)
    project = load_project(root)
    settings = project.settings.values.get("submission")
    if settings is None:
        raise PublishingError(
            "the project says nothing of submissions.",
            source=project.settings.source,
            remedy="add 'submission: manuscript:' to it (docs/submitting.md).",
        )
    # made before anything else: rendering writes nothing that git knows
    state = sources(root)
    check_licences(root, state.files, tuple(one["file"] for one in settings.get("licences", [])))
    (root / BUILD).mkdir(exist_ok=True)
    progress = Progress()
    with tempfile.TemporaryDirectory(prefix="submission-", dir=root / BUILD) as work:
        bundle = _Bundle(root, profile, Path(work) / "bundle", settings, state, progress)
        bundle.folder.mkdir()
        found = _fill(bundle, Path(work), engine)
        broken = [one.subject for one in found if one.status is Status.BROKEN]
        progress.say(f"{profile.title} ({profile.name}):\n{table(found)}")
        if strict and broken:
            raise PublishingError(
                f"{len(broken)} demands of {profile.title} are not met: {', '.join(broken)}.",
                remedy="change the documents, or make the bundle without --strict.",
            )
        target = project.output_dir / f"submission-{name}.zip"
        target.parent.mkdir(parents=True, exist_ok=True)
        packed = Path(work) / target.name
        packing.pack(bundle.folder, (one for one in bundle.folder.rglob("*") if one.is_file()), packed, bundle.epoch)
        beside = target.with_name(f".{target.name}.new")
        shutil.copyfile(packed, beside)
        beside.replace(target)
    size = target.stat().st_size / packing.MEGABYTE
    progress.say(f"{len(bundle.items) + 1} files, {size:.1f} MB, in {progress.total():.1f} s: {target}")
    return target


def _fill(bundle: _Bundle, work: Path, engine: str) -> list[Finding]:
    """Put every file into the bundle; what the lint found."""
    profile, rendered = bundle.profile, work / "rendered"
    style = bundle.root / BUILD / f"references-{profile.name}.csl"
    styles.write(profile, style)
    overrides = {
        "csl": style.relative_to(bundle.root).as_posix(),
        "manuscript-layout": {
            "line-numbers": profile.layout.line_numbers,
            "line-spacing": profile.layout.line_spacing,
            "content-controls": False,
        },
    }

    def collect(one: rendering.Rendered) -> None:
        bundle.epoch = one.epoch
        _learn(bundle, one)
        _draw(bundle, one, work)
        _blind(bundle, one)
        builtin.write_outputs(one.project, one.executed, one.stage, one.epoch, one.progress, ["jats"])

    rendering.render(bundle.root, [], engine, rendered, LAYOUT, overrides, then=collect)
    traced = (rendered / ledger.JSON).is_file()
    if traced:
        from publishing.verify.command import verify

        verify(bundle.root, rendered, LAYOUT, overrides)
    with bundle.progress.step("figures, tables, title page, archive"):
        _documents(bundle, rendered)
        papers = {path.stem: _contents(bundle, path) for path in sorted(rendered.glob("*.docx"))}
        _figures(bundle, papers)
        _tables(bundle, papers, rendered)
        _checklists(bundle, papers, rendered)
        manuscript = papers[bundle.settings["manuscript"]]
        subject = Subject(manuscript, str(bundle.metadata.get("short-title", "")), bundle.figures)
        _title_page(bundle, subject, rendered)
        if not profile.layout.figures_in_text:
            excerpts.without_pictures(bundle.folder / f"{bundle.settings['manuscript']}.docx")
        if traced:
            for name, what in ((ledger.CSV, "table"), (ledger.JSON, "JSON")):
                shutil.copyfile(rendered / name, bundle.add(name, f"Origin of every printed number ({what})"))
        bundle.items.append(Item(ARCHIVE, "Data, code, documents and licences, from which all is made"))
        packing.pack(bundle.root, bundle.sources.files, bundle.path(ARCHIVE), bundle.epoch)
        found = findings(profile, subject, bundle.authors, bundle.sources)
        _describe(bundle, manuscript, found, traced)
    return found


def _learn(bundle: _Bundle, one: rendering.Rendered) -> None:
    front = next(
        (run.document.front for run in one.executed if run.document.name == bundle.settings["manuscript"]), None
    )
    if front is None:
        raise PublishingError(
            f"there is no document '{bundle.settings['manuscript']}'.",
            source=one.project.settings.source,
            line=one.project.settings.line("submission", "manuscript"),
            remedy="name one of those under 'project: render:'.",
        )
    bundle.metadata = merge(one.project.settings.values, front.values)
    bundle.authors = authors(bundle.metadata)


def _draw(bundle: _Bundle, one: rendering.Rendered, work: Path) -> None:
    for run in one.executed:
        identifiers = list(_labels(one.project, run.document.name))
        execute = merge(one.project.settings.values, run.document.front.values).get("execute", {})
        folder = work / f"{run.document.name}_files"
        folder.mkdir()
        bundle.drawings[run.document.name] = figures.drawings(run, execute, folder, identifiers, bundle.root)


def _labels(project: Project, document: str) -> dict[str, str]:
    """Identifier → printed label ("fig-flow" → "Figure 1") of a document's floats and sections."""
    content = json.loads((project.registry_dir / f"{document}.json").read_text(encoding="utf-8"))
    return {identifier: " ".join(entry["text"].split()) for identifier, entry in content.items()}


def _blind(bundle: _Bundle, one: rendering.Rendered) -> None:
    project = blinding.blinded(one.project, bundle.settings.get("identifying", []))
    with staging(bundle.root) as stage:
        builtin.write_outputs(project, one.executed, stage, one.epoch, one.progress, blinding.FORMATS)
        paths = sorted(path for path in stage.out.iterdir() if path.suffix in (".docx", ".pdf"))
        for path in paths:
            if path.suffix == ".docx":
                word_controls.release(path)
        blinding.check(paths, bundle.authors)
        for path in paths:
            name = f"{_BLINDED}/{path.name}"
            shutil.copyfile(
                path, bundle.add(name, f"{path.stem.capitalize()} for blinded review, {_FORMS[path.suffix]}")
            )


def _documents(bundle: _Bundle, rendered: Path) -> None:
    for path in sorted(rendered.iterdir()):
        if path.suffix not in _FORMS:
            continue
        form = _FORMS[path.suffix]
        hidden = path.suffix == ".docx" and path.stem == bundle.settings["manuscript"]
        note = " without the pictures, which are files of their own" if hidden and not _pictured(bundle) else ""
        shutil.copyfile(path, bundle.add(path.name, f"{path.stem.capitalize()}, {form}{note}"))
    for path in sorted(one for one in rendered.rglob("*") if one.suffix in crate.PICTURES):
        name = path.relative_to(rendered).as_posix()
        shutil.copyfile(path, bundle.add(name, "Picture that the JATS XML names"))


def _pictured(bundle: _Bundle) -> bool:
    return bundle.profile.layout.figures_in_text


def _contents(bundle: _Bundle, path: Path) -> Contents:
    return contents(path, bundle.settings.get("declarations", ""))


def _floats(bundle: _Bundle, papers: Mapping[str, Contents], kind: str) -> Iterator[tuple[str, Float, bool]]:
    """Every float of a kind: name of its document, the float, whether it is the supplement's."""
    own = bundle.settings["manuscript"]
    for name in sorted(papers, key=lambda one: (one != own, one)):
        yield from ((name, one, name != own) for one in papers[name].of_kind(kind))


def _figures(bundle: _Bundle, papers: Mapping[str, Contents]) -> None:
    project = load_project(bundle.root)
    wanted = bundle.profile.figures
    fonts = [bundle.root / folder for folder in project.settings.values["format"]["typst"].get("font-paths", [])]
    named = {
        (name, label): drawing
        for name, drawn in bundle.drawings.items()
        for identifier, label in _labels(project, name).items()
        for drawing in drawn
        if drawing.identifier == identifier
    }
    for name, one, supplement in _floats(bundle, papers, "figure"):
        drawing = named.get((name, one.label))
        if drawing is None:
            raise PublishingError(
                f"{one.label} of {name} is not a drawing of a cell, so it can't be made a file of its own.",
                remedy="draw it in a cell within the figure's div.",
            )
        stem = f"figures/{wanted.naming.of(one.number, supplement=supplement)}"
        made = figures.write(drawing, bundle.path(stem), one.label, one.alternative, wanted, fonts, bundle.epoch)
        space = "grey" if wanted.grey else "RGB"
        size = f"{made.width:.0f} × {made.height:.0f} mm"
        bundle.add(f"{stem}.tif", f"{one.label}, {size}, TIFF of {wanted.dpi} dpi ({space}, LZW)")
        bundle.add(f"{stem}.pdf", f"{one.label}, {size}, vector PDF")
        if not supplement:
            bundle.figures.append(made)


def _tables(bundle: _Bundle, papers: Mapping[str, Contents], rendered: Path) -> None:
    wanted = bundle.profile.tables
    for name, one, supplement in _floats(bundle, papers, "table"):
        stem = f"tables/{wanted.naming.of(one.number, supplement=supplement)}"
        if "csv" in wanted.forms:
            with bundle.add(f"{stem}.csv", f"{one.label}: cells as text", f"{name}.docx").open(
                "w", encoding="utf-8", newline=""
            ) as file:
                csv.writer(file, lineterminator="\n").writerows(one.rows)
        if "docx" in wanted.forms and not supplement:
            target = bundle.add(f"{stem}.docx", f"{one.label}, Word table", f"{name}.docx")
            excerpts.table(rendered / f"{name}.docx", one.label, target)
    own = bundle.settings["manuscript"]
    excerpts.legends(
        rendered / f"{own}.docx", bundle.add(LEGENDS, "Legends of all figures and tables", f"{own}.docx"), "Legends"
    )


def _checklists(bundle: _Bundle, papers: Mapping[str, Contents], rendered: Path) -> None:
    project = load_project(bundle.root)
    labels = {name: _labels(project, name) for name in papers}
    for index, identifier in enumerate(bundle.settings.get("checklists", [])):
        paper = next((name for name in papers if identifier in labels[name]), None)
        if paper is None:
            raise PublishingError(
                f"no document has the checklist '{identifier}'.",
                source=project.settings.source,
                line=project.settings.line("submission", "checklists", str(index)),
                remedy="name the identifier of a table.",
            )
        label = labels[paper][identifier]
        legend = next((one.legend for one in papers[paper].floats if one.label == label), "")
        name = f"checklists/{identifier.partition('-')[2]}.docx"
        target = bundle.add(name, f"{label}: {legend}", f"{paper}.docx")
        excerpts.table(rendered / f"{paper}.docx", label, target)


def _title_page(bundle: _Bundle, subject: Subject, rendered: Path) -> None:
    paper = subject.contents
    counts = [
        ("Words in the abstract", f"{words(paper.abstract):,}"),
        ("Words in the main text", f"{MEASURES['main-text-words'].take(subject):,.0f}"),
        (
            "Figures, tables, references",
            ", ".join(
                str(count)
                for count in (len(paper.of_kind("figure")), len(paper.of_kind("table")), len(paper.references))
            ),
        ),
    ]
    lines = [("Short title", subject.short_title), ("Keywords", "; ".join(paper.keywords)), *counts]
    source = f"{bundle.settings['manuscript']}.docx"
    excerpts.title_page(
        rendered / source,
        bundle.add(TITLE_PAGE, "Title page: authors, counts, declarations", source),
        [(lead, text) for lead, text in lines if text],
        {section.title for section in paper.declarations},
    )


def _describe(bundle: _Bundle, manuscript: Contents, found: list[Finding], traced: bool) -> None:
    """README, RO-Crate metadata and checksums, which list everything else."""
    items = bundle.items
    items.sort(key=lambda item: ("/" in item.name, item.name))
    items += [Item(readme.NAME, "This file"), Item(packing.SUMS, "SHA-256 of every file")]
    listed = [*items, Item(crate.NAME, "RO-Crate metadata of the bundle")]
    text = readme.text(manuscript.title, bundle.profile, listed, found, bundle.sources, bundle.licences, traced)
    (bundle.folder / readme.NAME).write_text(text, encoding="utf-8")
    whole = Crate(
        title=manuscript.title,
        description=f"Bundle for submission to {bundle.profile.title}: documents, figures, tables, data and code.",
        command=f"python -m publishing submission {bundle.profile.name}",
        version=bundle.sources.version,
        day=bundle.day,
        authors=bundle.authors,
        licences=bundle.licences,
        keywords=manuscript.keywords,
        archive=ARCHIVE,
        items=items,
    )
    crate.write(whole, bundle.folder)
    packing.write_sums(bundle.folder)
