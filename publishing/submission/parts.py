"""The parts of a bundle that are made of the finished documents: copies, figures, tables, checklists, title page."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from publishing.project.errors import PublishingError
from publishing.setup import bill
from publishing.submission import crate, excerpts, figures
from publishing.submission.contents import Contents, Float, number_of_words
from publishing.submission.crate import Purpose
from publishing.submission.demands import NUMBER
from publishing.submission.draft import Draft
from publishing.submission.figures import Picture
from publishing.submission.measures import MEASURES, Subject

TITLE_PAGE = "title-page.docx"
CAPTIONS = "tables/captions.csv"
LEGENDS = "legends.docx"
#: the folder of the JATS XML and the pictures that it names
JATS = "jats"
FORM_NAMES = {".docx": "Word file", ".pdf": "PDF", ".xml": "JATS XML"}


def documents(draft: Draft, rendered: Path, papers: Mapping[str, Contents]) -> None:
    """The documents in every form, the paper's Word file as the journal wants it.

    It may be without pictures, and with the list of all supplementary files at its end.
    """
    taken = {name for _, name in _supplement_files(draft)}
    for path in sorted(one for one in rendered.iterdir() if one.suffix in FORM_NAMES):
        bare = path.name == f"{draft.settings.manuscript}.docx" and not draft.profile.layout.figures_in_text
        note = " without the pictures, which are files of their own" if bare else ""
        described = f"{path.stem.capitalize()}, {FORM_NAMES[path.suffix]}{note}"
        if path.suffix == ".xml":
            target = draft.add(f"{JATS}/{path.name}", described, purpose=Purpose.MACHINES)
        else:
            main = path.suffix == ".docx" and path.stem not in taken
            target = draft.add(path.name, described, purpose=Purpose.UPLOAD if main else Purpose.FORM)
        shutil.copyfile(path, target)
        if bare:
            excerpts.without_pictures(target)
        listed = draft.profile.supporting_information
        if listed is not None and path.name == f"{draft.settings.manuscript}.docx":
            excerpts.add_list(target, listed.heading, list(_supporting(draft, papers)))
    for copy, name in _supplement_files(draft):
        # a copy: the numbers in the paper lead to the file with the document's own name
        described = f"{name.capitalize()} under the journal’s name, PDF"
        shutil.copyfile(rendered / f"{name}.pdf", draft.add(f"{copy}.pdf", described, f"{name}.pdf"))
    for path in sorted(one for one in rendered.rglob("*") if one.suffix in crate.PICTURES):
        name = f"{JATS}/{path.relative_to(rendered).as_posix()}"
        shutil.copyfile(path, draft.add(name, "Picture that the JATS XML names", purpose=Purpose.MACHINES))


def _supplement_files(draft: Draft) -> Iterator[tuple[str, str]]:
    """Under which name the journal takes each supplement, and the document."""
    supplements = [one.stem for one in draft.project.documents if one.stem != draft.settings.manuscript]
    for number, name in enumerate(supplements, start=1):
        if draft.profile.supplement_file:
            yield draft.profile.supplement_file.replace(NUMBER, str(number)), name


def _supporting(draft: Draft, papers: Mapping[str, Contents]) -> Iterator[tuple[str, str]]:
    """Every supplementary file of the bundle by its label, with its title and kind."""
    for copy, name in _supplement_files(draft):
        yield copy.replace("_", " "), f"{papers[name].title.rstrip('.')}. (PDF)"
    forms = {"figure": "TIFF", "table": "CSV" if "csv" in draft.profile.tables.forms else ""}
    listed = {(name, label) for name, label, _ in _checklists(draft, papers)}
    for kind, plain in forms.items():
        for name, one, supplement in _floats(draft, papers, kind):
            form = "DOCX" if (name, one.label) in listed else plain
            if supplement and form and not _only_says(draft, name, one):
                yield one.label, f"{papers[name].sentences()[one.label]} ({form})"


def _floats(draft: Draft, papers: Mapping[str, Contents], kind: str) -> Iterator[tuple[str, Float, bool]]:
    """Every float of a kind: name of its document, the float, whether it is the supplement's."""
    own = draft.settings.manuscript
    for name in sorted(papers, key=lambda one: (one != own, one)):
        yield from ((name, one, name != own) for one in papers[name].of_kind(kind))


def _drawing_of(draft: Draft, name: str, one: Float) -> Picture | None:
    """The drawing of a figure, by the label that it has in its document."""
    labels = draft.labels(name)
    return next((drawn for drawn in draft.drawings[name] if labels.get(drawn.identifier) == one.label), None)


def _only_says(draft: Draft, name: str, one: Float) -> bool:
    """Whether a sentence stands in place of a figure's drawing: it is read in the document, and is no picture."""
    drawing = _drawing_of(draft, name, one) if one.kind == "figure" else None
    return drawing is not None and drawing.only_words


def figure_files(draft: Draft, papers: Mapping[str, Contents]) -> None:
    """Every figure as TIFF and PDF, unless a sentence stands in its place; the lint measures the paper's."""
    project = draft.project
    wanted = draft.profile.figures
    fonts = [draft.root / folder for folder in project.settings.values["format"]["typst"].get("font-paths", [])]
    for name, one, supplement in _floats(draft, papers, "figure"):
        drawing = _drawing_of(draft, name, one)
        if drawing is None:
            raise PublishingError(
                f"{one.label} of {name} is not a drawing of a cell, so it can't be made a file of its own.",
                remedy="draw it in a cell within the figure's div.",
            )
        if drawing.only_words:
            continue
        stem = f"figures/{wanted.stem(one.number, supplement=supplement)}"
        made = figures.write_figure(drawing, draft.path(stem), one.label, one.alternative, wanted, fonts, draft.epoch)
        space = "grey" if wanted.colour == "grey" else "RGB"
        size = f"{made.width:.0f} × {made.height:.0f} mm"
        described = f"{one.label}. {papers[name].sentences()[one.label]}"
        draft.add(f"{stem}.tif", f"{described} TIFF, {wanted.dpi} dpi, {size}, {space}, LZW")
        draft.add(f"{stem}.pdf", f"{described} Vector PDF, {size}", purpose=Purpose.FORM)
        if not supplement:
            draft.figures.append(made)


def tables(draft: Draft, papers: Mapping[str, Contents], rendered: Path) -> None:
    """Tables in the forms that the journal wants (Word files of the paper's only), and all legends."""
    wanted = draft.profile.tables
    captions = [("file", "label", "title", "caption")]
    listed = {(name, label) for name, label, _ in _checklists(draft, papers)}
    for name, one, supplement in _floats(draft, papers, "table"):
        if (name, one.label) in listed:
            continue  # it goes as a Word file, under the same label
        stem = f"tables/{wanted.stem(one.number, supplement=supplement)}"
        title = papers[name].sentences()[one.label]
        described, purpose = f"{one.label}. {title}", Purpose.UPLOAD if supplement else Purpose.FORM
        if "csv" in wanted.forms:
            with draft.add(f"{stem}.csv", f"{described} Cells as text", f"{name}.docx", purpose=purpose).open(
                "w", encoding="utf-8", newline=""
            ) as file:
                csv.writer(file, lineterminator="\n").writerows(one.rows)
            captions.append((f"{Path(stem).name}.csv", one.label, title, one.own_words))
        if "docx" in wanted.forms and not supplement:
            target = draft.add(f"{stem}.docx", f"{described} Word file", f"{name}.docx", purpose=purpose)
            excerpts.write_table(rendered / f"{name}.docx", one.label, target)
    if "csv" in wanted.forms:
        # apart from the tables, whose files hold nothing but cells
        described = "Label, title and caption of each table in a CSV file, without citations"
        with draft.add(CAPTIONS, described, purpose=Purpose.FORM).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(captions)
    own = draft.settings.manuscript
    target = draft.add(LEGENDS, "Legends of all figures and tables", f"{own}.docx", purpose=Purpose.FORM)
    excerpts.write_legends(rendered / f"{own}.docx", target, "Legends")


def checklists(draft: Draft, papers: Mapping[str, Contents], rendered: Path) -> None:
    """The tables that ``submission: checklists`` names, each as a Word file under the label that it has."""
    own = draft.settings.manuscript
    for paper, label, one in _checklists(draft, papers):
        stem = draft.profile.tables.stem(one.number, supplement=paper != own)
        target = draft.add(f"checklists/{stem}.docx", f"{label}. {one.own_words}", f"{paper}.docx")
        excerpts.write_table(rendered / f"{paper}.docx", label, target)


def _checklists(draft: Draft, papers: Mapping[str, Contents]) -> Iterator[tuple[str, str, Float]]:
    """Document, label and table of each checklist. Raises ``PublishingError`` for one that no document has."""
    project = draft.project
    labels = {name: draft.labels(name) for name in papers}
    for index, identifier in enumerate(draft.settings.checklists):
        paper = next((name for name in papers if identifier in labels[name]), None)
        if paper is None:
            raise PublishingError(
                f"no document has the checklist '{identifier}'.",
                source=project.settings.source,
                line=project.settings.line("submission", "checklists", str(index)),
                remedy="name the identifier of a table.",
            )
        label = labels[paper][identifier]
        yield paper, label, next(one for one in papers[paper].floats if one.label == label)


def title_page(draft: Draft, subject: Subject, rendered: Path) -> None:
    """Authors, counts and declarations, as a Word file."""
    paper = subject.contents
    counts = [
        ("Words in the abstract", f"{number_of_words(paper.abstract):,}"),
        ("Words in the main text", f"{MEASURES['main-text-words'].take(subject):,.0f}"),
        ("Figures", f"{len(paper.of_kind('figure'))}"),
        ("Tables", f"{len(paper.of_kind('table'))}"),
        ("References", f"{len(paper.references)}"),
    ]
    lines = [("Short title", subject.short_title), ("Keywords", "; ".join(paper.keywords)), *counts]
    source = f"{draft.settings.manuscript}.docx"
    excerpts.write_title_page(
        rendered / source,
        draft.add(TITLE_PAGE, "Title page: authors, counts, declarations", source),
        [(lead, text) for lead, text in lines if text],
        {section.title for section in paper.declarations},
    )


def software(draft: Draft, paper: Contents) -> None:
    """The bill of materials, from the lock that the project names."""
    if draft.project.keeps_ledger:
        target = draft.add(bill.NAME, bill.DESCRIPTION, purpose=Purpose.MACHINES)
        bill.write(target, draft.root / draft.project.ledger.lock, paper.title)
