"""The same inputs give the same bytes, whatever the account, its settings, the time zone, language and processors."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import small_project

#: what a user may have set for other work; each would change the outputs if it reached them
HOSTILE = {
    ".config/matplotlib/matplotlibrc": "\n".join(
        "font.size: 30, lines.linewidth: 9, savefig.bbox: tight, savefig.pad_inches: 2, axes.facecolor: yellow, "
        "path.simplify: False, svg.fonttype: path, axes.titlesize: 40, xtick.major.size: 20".split(", ")
    ),
    ".local/share/pandoc/abbreviations": "Ratio\nTable\n",
    ".local/share/pandoc/init.lua": "error('the user’s own')\n",
    ".local/share/pandoc/templates/default.jats_publishing": "of the user\n",
    ".local/share/pandoc/templates/default.html5": "of the user\n",
    ".local/share/pandoc/reference.docx": "not a document\n",
    ".pandoc/abbreviations": "Ratio\nTable\n",
    ".ipython/profile_default/startup/00.py": "raise SystemExit('the user’s own')\n",
    ".ipython/profile_default/ipython_config.py": "c.InlineBackend.rc = {'font.size': 30}\n",
    ".ipython/profile_default/ipython_kernel_config.py": "c.InlineBackend.figure_formats = {'jpeg'}\n",
    ".jupyter/jupyter_config.json": json.dumps({"NotebookClient": {"timeout": 1, "allow_errors": True}}),
}


def outputs(folder: Path, home: Path, command: tuple[str, ...], **environment: str) -> dict[str, bytes]:
    """Render a copy of the small project in an account of its own; its outputs by name."""
    account = {"PYTHONPATH": str(small_project.ROOT), "PATH": "/usr/bin:/bin", "HOME": str(home), **environment}
    for asked in (["--engine", "builtin", "--force"], ["--to", "jats"]):
        render = [*command, sys.executable, "-m", "publishing", "render", *asked]
        done = subprocess.run(render, cwd=folder, env=account, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    made = folder / "_output"
    return {str(path.relative_to(made)): path.read_bytes() for path in sorted(made.rglob("*")) if path.is_file()}


def test_two_accounts_write_the_same_bytes(paper: Path, tmp_path: Path) -> None:
    plain, hostile = tmp_path / "plain", tmp_path / "höstile home"
    plain.mkdir()
    for name, text in HOSTILE.items():
        (hostile / name).parent.mkdir(parents=True, exist_ok=True)
        (hostile / name).write_text(text, encoding="utf-8")
    first, second = (Path(shutil.copytree(paper, tmp_path / name)) for name in ("here", "Ünï o'h there"))
    one_core = ("taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))) if shutil.which("taskset") else ()
    before = os.umask(0o077)
    try:
        theirs = outputs(
            second, hostile, one_core,
            TZ="Asia/Tokyo", LC_ALL="C", LANG="tr_TR.UTF-8", PYTHONHASHSEED="7", COLUMNS="40", MPLBACKEND="pdf",
        )  # fmt: skip
    finally:
        os.umask(before)
    ours = outputs(first, plain, (), TZ="America/St_Johns", LC_ALL="C.UTF-8")
    assert {Path(name).suffix for name in ours} >= {".html", ".pdf", ".docx", ".xml", ".json", ".csv"}
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


@pytest.mark.parametrize("text", ["Plain – text, “quoted”, α² ≤ 1", "Привет, Ελληνικά"])
def test_signs_that_the_typeface_has_need_no_font_of_the_machine(text: str) -> None:
    from publishing.formats import fonts

    assert fonts.covers(text)
    assert not fonts.covers(text + " 漢字")
