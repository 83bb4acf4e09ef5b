"""The bundle from start to end: one render, everything that is made of it, the lint, one zip."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from publishing.engine import builtin, render
from publishing.engine.plan import Plan
from publishing.formats.word import controls
from publishing.project.configuration import load_project, merge
from publishing.project.document import Executed, read_document
from publishing.project.errors import PublishingError
from publishing.project.files import written_whole
from publishing.project.outputs import BUILD, BUNDLE, alone, publish, staging
from publishing.project.progress import Progress
from publishing.submission import beforehand, blinding, crate, figures, packing, parts, readme, styles
from publishing.submission.contents import Contents, read_contents
from publishing.submission.crate import Crate, Item, Purpose
from publishing.submission.draft import ARCHIVE, Draft
from publishing.submission.findings import UNMET, Finding, findings
from publishing.submission.measures import Subject
from publishing.submission.profile import load_profile
from publishing.submission.sources import check_licences, project_files
from publishing.submission.told import findings_table, refusal
from publishing.verify import ledger

LAYOUT = "submission"
_BLINDED = "blinded"


def make(root: Path, name: str, engine: str = "builtin", *, strict: bool = False) -> Path:
    """Make ``submission-<name>.zip`` in the folder of the outputs; its path.

    ``strict`` refuses a bundle that breaks a demand of the profile. Raises :class:`PublishingError`; a bundle from
    before is then as it was.
    """
    profile = load_profile(name)
    project = load_project(root)
    settings = project.submission
    if settings.manuscript not in {path.stem for path in project.documents}:
        raise PublishingError(
            f"there is no document '{settings.manuscript}'.",
            source=project.settings.source,
            line=project.settings.line("submission", "manuscript"),
            remedy="name one of those under 'project: render:'.",
        )
    # made before anything else: rendering writes nothing that git knows
    state = project_files(root)
    check_licences(root, state.files, [licence.file for licence in settings.licences])
    progress = Progress()
    if profile.note:
        progress.say(f"{profile.title} ({profile.name}): {profile.note}")
    with progress.step("ask what is known before rendering"):
        documents = [read_document(path) for path in project.documents]
        known = beforehand.standing(load_project(root, LAYOUT), documents, state)
        beforehand.check_before(project, documents, profile, known, progress, strict=strict)
    with alone(root), tempfile.TemporaryDirectory(prefix=BUNDLE, dir=root / BUILD) as work:
        draft = Draft(project, profile, Path(work) / "bundle", settings, known, progress)
        draft.folder.mkdir()
        found = _fill(draft, Path(work), engine)
        broken = [one for one in found if one.status in UNMET]
        progress.say(f"{profile.title} ({profile.name}):\n{findings_table(found)}")
        if strict and broken:
            raise refusal(profile, broken, project.settings, strict=True)
        target = project.output_dir / f"submission-{name}.zip"
        target.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(target) as beside:
            packing.pack(draft.folder, (one for one in draft.folder.rglob("*") if one.is_file()), beside, draft.epoch)
    size = target.stat().st_size / packing.MEGABYTE
    progress.say(f"{len(draft.items) + 1} files, {size:.1f} MB, in {progress.total():.1f} s: {target}")
    return target


def _fill(draft: Draft, work: Path, engine: str) -> list[Finding]:
    """Put every file into the bundle; what the lint found."""
    profile, rendered = draft.profile, work / "rendered"
    style = draft.root / BUILD / f"references-{profile.name}.csl"
    styles.write_style(profile, style)
    overrides: dict[str, object] = {
        "csl": style.relative_to(draft.root).as_posix(),
        "manuscript-layout": {
            "line-numbers": profile.layout.line_numbers,
            "line-spacing": profile.layout.line_spacing,
            "content-controls": False,
        },
        "crossref-labels": profile.labels(draft.project.custom_kinds),
        **({"crossref": {"title-delim": profile.caption_delimiter}} if profile.caption_delimiter else {}),
    }

    plan = Plan.of(draft.root, [], engine, rendered, LAYOUT, overrides)
    draft.epoch = plan.epoch
    with staging(draft.root) as stage:
        executed = render.run_plan(plan, stage) or render.execute_plan(plan)
        _learn(draft, plan, executed)
        _draw(draft, plan, executed, work)
        if profile.blinded:
            _blind(draft, plan, executed)
        builtin.write_outputs(plan.project, executed, stage, plan.epoch, plan.progress, ["jats"])
        publish(stage, rendered)
    traced = (rendered / ledger.JSON).is_file()
    if traced:
        from publishing.verify.command import verify

        verify(draft.root, rendered, LAYOUT, overrides)
    with draft.progress.step("figures, tables, title page, archive"):
        papers = {
            path.stem: read_contents(path, draft.settings.declarations) for path in sorted(rendered.glob("*.docx"))
        }
        parts.documents(draft, rendered, papers)
        parts.figure_files(draft, papers)
        parts.tables(draft, papers, rendered)
        parts.checklists(draft, papers, rendered)
        manuscript = papers[draft.settings.manuscript]
        subject = Subject(manuscript, str(draft.metadata.get("short-title", "")), draft.figures)
        parts.title_page(draft, subject, rendered)
        if traced:
            traces = [(ledger.CSV, "table", Purpose.CHECK), (ledger.JSON, "JSON", Purpose.MACHINES)]
            if plan.project.origins_page is not None:
                what = "page, to which the numbers in the PDFs lead"
                traces.append((plan.project.origins_page, what, Purpose.CHECK))
            for name, what, purpose in traces:
                described = f"Origin of every printed number ({what})"
                shutil.copyfile(rendered / name, draft.add(name, described, purpose=purpose))
        described = "Data, code, documents and licences, from which all is made"
        draft.items.append(Item(ARCHIVE, described, purpose=Purpose.CHECK))
        packing.pack(draft.root, draft.known.sources.files, draft.path(ARCHIVE), draft.epoch)
        parts.software(draft, manuscript)
        found = findings(profile, subject, draft.known, draft.settings.unfinished)
        _describe(draft, manuscript, found, traced)
    return found


def _learn(draft: Draft, plan: Plan, executed: list[Executed]) -> None:
    front = next(run.document.front for run in executed if run.document.name == draft.settings.manuscript)
    draft.metadata = merge(plan.project.settings.values, front.values)


def _draw(draft: Draft, plan: Plan, executed: list[Executed], work: Path) -> None:
    for run in executed:
        identifiers = list(draft.labels(run.document.name))
        execute = merge(plan.project.settings.values, run.document.front.values).get("execute", {})
        folder = work / f"{run.document.name}_files"
        folder.mkdir()
        draft.drawings[run.document.name] = figures.drawings(run, execute, folder, identifiers, draft.root)


def _blind(draft: Draft, plan: Plan, executed: list[Executed]) -> None:
    project = blinding.blinded(plan.project, draft.settings.identifying)
    with staging(draft.root) as stage:
        builtin.write_outputs(project, executed, stage, plan.epoch, plan.progress, blinding.BLINDED_FORMATS)
        paths = sorted(path for path in stage.out.iterdir() if path.suffix in (".docx", ".pdf"))
        for path in paths:
            if path.suffix == ".docx":
                controls.release(path)
        blinding.check_blinded(paths, draft.known.authors)
        for path in paths:
            name = f"{_BLINDED}/{path.name}"
            shutil.copyfile(
                path, draft.add(name, f"{path.stem.capitalize()} for blinded review, {parts.FORM_NAMES[path.suffix]}")
            )


def _describe(draft: Draft, manuscript: Contents, found: list[Finding], traced: bool) -> None:
    """README, RO-Crate metadata and checksums, which list everything else."""
    items = draft.items
    items.sort(key=lambda item: ("/" in item.name, _natural(item.name), item.name))
    items += [
        Item(readme.README_NAME, "This file", purpose=Purpose.CHECK),
        Item(packing.SUMS, "SHA-256 of every file", purpose=Purpose.MACHINES),
    ]
    listed = [*items, Item(crate.METADATA_NAME, "RO-Crate metadata of the bundle", purpose=Purpose.MACHINES)]
    text = readme.readme_text(
        manuscript.title, draft.profile, listed, found, draft.known.sources, draft.settings.licences, traced
    )
    (draft.folder / readme.README_NAME).write_text(text, encoding="utf-8")
    whole = Crate(
        title=manuscript.title,
        description=f"Bundle for submission to {draft.profile.title}: documents, figures, tables, data and code.",
        command=f"python -m publishing submission {draft.profile.name}",
        version=draft.known.sources.version,
        day=draft.day,
        authors=draft.known.authors,
        licences=draft.settings.licences,
        keywords=manuscript.keywords,
        archive=ARCHIVE,
        items=items,
    )
    crate.write_metadata(whole, draft.folder)
    packing.write_sums(draft.folder)


def _natural(name: str) -> list[tuple[str, int]]:
    """A key by which Fig2 comes before Fig10."""
    return [(text, int(number or 0)) for text, number in re.findall(r"(\D+)(\d*)", name)]
