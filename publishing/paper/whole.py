"""The whole paper: rendered and verified where anything differs, and otherwise found to be as it was."""

from __future__ import annotations

import os
from pathlib import Path

from publishing.engine.plan import Plan
from publishing.engine.render import render
from publishing.project import freshness, unchanged
from publishing.verify.command import verify
from publishing.verify.reading import each_once


def paper(root: Path, engine: str, profile: str | None, *, force: bool) -> None:
    """Render and verify all outputs, and keep what they were made of for :func:`publishing.project.unchanged.told`.

    Each output is read once, for its ledger and for the verification. Raises :class:`PublishingError`.
    """
    unchanged.forget(root)
    plan = Plan.of(root, engine=engine, profile=profile)
    with each_once():
        render(plan, unless_fresh=not force)
        verify(root, profile=profile, unless_verified=True)
    project, documents = plan.project, plan.everything
    if not project.keeps_ledger:
        return
    outputs = freshness.Freshness(project, documents, plan.folder).outputs()
    files = [*freshness.files(project, documents), *outputs]
    state = unchanged.Kept(
        unchanged.asked(engine, profile),
        {"data": list(map(str, project.ledger.data)), "code": list(map(str, project.ledger.code))},
        sorted({os.path.relpath(path, root) for path in files}),
        f"{os.path.relpath(plan.folder, root)} is up to date and verified: data, code, documents, configuration, "
        "environment and outputs are as they were; FORCE=1 renders anyway",
    )
    # what changes after this line is not what is kept
    state = unchanged.now(root, state)
    if freshness.Freshness(project, documents, plan.folder).is_verified():
        unchanged.keep(root, state)
