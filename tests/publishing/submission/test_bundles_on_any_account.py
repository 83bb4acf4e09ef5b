"""A bundle has the same bytes, whatever the account, its settings, rights of files, time zone and language."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from engine_project import ROOT
from submission_project import write_submission

#: what a user may have set for other work
OF_THE_USER = {
    ".config/matplotlib/matplotlibrc": "font.size: 30\naxes.facecolor: yellow\nsavefig.dpi: 20\n",
    ".local/share/pandoc/reference.docx": "not a document\n",
    ".local/share/pandoc/abbreviations": "Ratio\nTable\n",
    ".ipython/profile_default/startup/00.py": "raise SystemExit('the user’s own')\n",
}


def bundle(project: Path, home: Path, **environment: str) -> Path:
    """Make the bundle of a project in an account of its own; the zip."""
    account = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(home), "SOURCE_DATE_EPOCH": "1790000000"}
    run = [sys.executable, "-m", "publishing", "submission", "plos-one"]
    done = subprocess.run(run, cwd=project, env=account | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (packed,) = project.rglob("*.zip")
    return packed


def members(packed: Path) -> dict[str, tuple[str, int, tuple[int, ...]]]:
    """Of each file in a zip its digest, rights and time."""
    with zipfile.ZipFile(packed) as archive:
        return {
            one.filename: (hashlib.sha256(archive.read(one)).hexdigest(), one.external_attr, one.date_time)
            for one in archive.infolist()
        }


def test_two_accounts_pack_the_same_bytes(tmp_path: Path) -> None:
    plain, other = tmp_path / "plain", tmp_path / "other höme"
    plain.mkdir()
    for name, text in OF_THE_USER.items():
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_text(text, encoding="utf-8")
    here = write_submission(tmp_path / "paper")
    there = Path(shutil.copytree(here, tmp_path / "Ünï o'h" / "paper"))
    for path in there.rglob("*"):
        path.chmod(0o700)
    before = os.umask(0o077)
    try:
        theirs = bundle(
            there, other, TZ="Asia/Tokyo", LC_ALL="C", LANG="tr_TR.UTF-8", PYTHONHASHSEED="7", COLUMNS="40"
        )
    finally:
        os.umask(before)
    ours = bundle(here, plain, TZ="America/St_Johns", LC_ALL="C.UTF-8")
    assert len(members(ours)) > 10
    assert members(ours) == members(theirs)
    assert ours.name == theirs.name and ours.read_bytes() == theirs.read_bytes()
