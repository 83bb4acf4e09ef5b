"""The pictures of the README show what the outputs say, and the README shows the pictures."""

from pathlib import Path

import pytest
import yaml

from publishing.project.errors import PublishingError
from publishing.site import gallery

ROOT = Path(__file__).resolve().parents[2]


def test_the_pictures_are_up_to_date(real_paper):
    stale = gallery.outdated(ROOT, real_paper / "_output")
    assert stale == [], "run 'make paper' and '.venv/bin/python -m publishing gallery'"


def test_the_readme_shows_each_of_them():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    wanted = gallery.pictures(ROOT)
    assert len(wanted) >= 4
    for one in wanted:
        assert f"(docs/gallery/{one.file})" in readme


def test_a_picture_of_something_else_is_out_of_date(real_paper, tmp_path):
    folder = tmp_path / gallery.FOLDER
    folder.mkdir(parents=True)
    wanted = [one for one in gallery.pictures(ROOT) if one.shows == "card"]
    (folder / gallery.LIST).write_text(yaml.safe_dump([vars_of(one) for one in wanted]), encoding="utf-8")
    (folder / gallery.DIGESTS).write_text((ROOT / gallery.FOLDER / gallery.DIGESTS).read_text("utf-8"), "utf-8")
    outputs = real_paper / "_output"
    # the file itself is not there
    assert gallery.outdated(tmp_path, outputs) == [one.file for one in wanted]
    for one in wanted:
        (folder / one.file).write_bytes(b"a picture")
    before = gallery.outdated(tmp_path, outputs)
    other = [{**vars_of(one), "which": "serious.pooled.estimate"} for one in wanted]
    (folder / gallery.LIST).write_text(yaml.safe_dump(other), encoding="utf-8")
    assert before == [] and gallery.outdated(tmp_path, outputs) == [one.file for one in wanted]
    (folder / gallery.LIST).write_text(yaml.safe_dump([{**other[0], "which": "no.such.key"}]), encoding="utf-8")
    with pytest.raises(PublishingError, match=r"no card 'no\.such\.key'"):
        gallery.outdated(tmp_path, outputs)


def vars_of(one):
    return {name: getattr(one, name) for name in ("file", "shows", "of", "which", "width", "height")}
