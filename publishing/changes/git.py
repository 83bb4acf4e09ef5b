"""The few questions to git: what a revision is, when it was made, and its files put into a folder."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from publishing.project.errors import PublishingError

#: digits by which people name a commit
_SHORT = 7


@dataclass(frozen=True, slots=True)
class Commit:
    """A revision: its name, and the moment of the commit in UTC as Word writes it."""

    digest: str
    moment: str

    @property
    def short(self) -> str:
        return self.digest[:_SHORT]

    @property
    def day(self) -> str:
        return self.moment[:10]


@dataclass(frozen=True, slots=True)
class Checkout:
    """The folder of a project that git keeps; nothing here changes it."""

    root: Path

    def commit(self, revision: str) -> Commit:
        """Raises :class:`PublishingError` when the folder is no checkout or has no such revision."""
        self._require()
        # a name that begins with a dash would be an option
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if done.returncode != 0:
            raise PublishingError(
                f"'{revision}' is no revision of this project, no ledger and no folder with a ledger.",
                remedy="name a commit, a tag or something like HEAD~3 ('git log --oneline' lists them), a "
                "ledger.json, or a folder of outputs.",
            )
        digest = done.stdout.decode().strip()
        seconds = self._run("show", "--no-patch", "--format=%ct", digest).stdout.decode().strip()
        return Commit(digest, datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))

    def export(self, commit: Commit, folder: Path) -> None:
        """Put the files of ``commit`` that belong to the project's folder into ``folder``."""
        done = self._run("archive", "--format=tar", commit.digest)
        if done.returncode != 0:
            raise PublishingError(f"git can't give the files of {commit.short}: {_last_line(done)}.")
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            archive.extractall(folder, filter="data")

    def copy_work_tree(self, folder: Path) -> None:
        """Put the files as they are now, new ones too and ignored ones not, into ``folder``."""
        self._require()
        listed = self._run("ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout.decode()
        for name in sorted(set(filter(None, listed.split("\0")))):
            source, target = self.root / name, folder / name
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)

    def _require(self) -> None:
        if self._run("rev-parse", "--is-inside-work-tree").returncode != 0:
            raise PublishingError(
                f"{self.root} is not a git checkout with commits, so its revisions can't be compared.",
                remedy="name two folders of outputs or two ledger.json files instead.",
            )

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(["git", "-C", str(self.root), *arguments], capture_output=True, check=False)
        except FileNotFoundError as error:
            raise PublishingError(
                "git is not installed, so revisions can't be compared.",
                remedy="install git, or name two folders of outputs or two ledger.json files.",
            ) from error


def _last_line(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode(errors="replace").strip().split("\n")[-1]
