"""The site is made of verified outputs only, is whole or untouched, and needs nothing from elsewhere."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import small_project
from lxml import html

from publishing.project.errors import PublishingError
from publishing.site import command
from publishing.site.command import site

REMOTE = ("script[@src]", "link[@href]", "img[@src]", "iframe", "object", "embed", "video", "audio", "source")


@pytest.fixture
def own(with_site, tmp_path) -> Path:
    """A copy of it to change."""
    return Path(shutil.copytree(with_site, tmp_path / "paper"))


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_holds_outputs_data_and_readme_as_they_are(with_site):
    made = files(with_site / "_site")
    for name in ("manuscript.html", "manuscript.pdf", "manuscript.docx", "ledger.csv"):
        assert made[name] == (with_site / "_output" / name).read_bytes()
    assert made["data/numbers.csv"] == (with_site / "data" / "numbers.csv").read_bytes()
    assert made["README.md"] == b"# A paper\n"
    assert not [name for name in made if name.startswith(".")]


def test_it_says_of_which_software_it_was_made(with_site):
    made = json.loads((with_site / "_site" / "software.cdx.json").read_text(encoding="utf-8"))
    assert [(one["name"], one["version"]) for one in made["components"]] == [("one", "1.0")]


def test_the_front_page_shows_the_abstract_with_its_numbers(with_site):
    page = html.parse(str(with_site / "_site" / "index.html")).getroot()
    assert page.get("lang") and page.xpath('//meta[@name="viewport"]')
    assert "prefers-color-scheme: dark" in page.xpath("string(//style)")
    assert (
        page.xpath("normalize-space(//h1)") == page.xpath("normalize-space(//title)") == "A small review of COVID-19"
    )
    abstract = page.xpath('//section[@class="abstract"]')[0]
    assert re.sub(r"\s+", " ", abstract.text_content()).strip() == "The ratio was 0.79."


def test_every_link_leads_to_a_file_and_a_place_that_are_there(with_site):
    folder = with_site / "_site"
    page = html.parse(str(folder / "index.html")).getroot()
    links = page.xpath("//a/@href")
    assert len(links) > 8
    for link in links:
        to = urlsplit(link)
        assert not to.scheme and not to.netloc and not to.path.startswith("/")
        target = folder / (unquote(to.path) or "index.html")
        assert target.is_file(), link
        if to.fragment:
            assert html.parse(str(target)).getroot().xpath("//*[@id=$place]", place=unquote(to.fragment)), link
    linked = {unquote(urlsplit(link).path) for link in links}
    assert set(files(folder)) - linked == {"index.html"}


def test_every_link_of_the_readme_leads_to_a_file_of_the_site(own):
    text = (
        "# A paper\n[a guide](docs/guide.md#there), [all](docs/more/), [out](../away.md), [web](https://a.org/x.md)\n"
    )
    (own / "README.md").write_text(text, encoding="utf-8")
    (own / "docs" / "more").mkdir(parents=True)
    (own / "docs" / "guide.md").write_text("![p](p.png) [back](../README.md) [the data](../data/numbers.csv)\n")
    (own / "docs" / "p.png").write_bytes(b"\x89PNG")
    (own / "docs" / "more" / "one.md").write_text("one")
    (own / "docs" / "alone.md").write_text("nothing leads here")
    (own.parent / "away.md").write_text("not of this project")
    site(own)
    made = files(own / "_site")
    assert {name for name in made if name.startswith("docs/")} == {"docs/guide.md", "docs/p.png", "docs/more/one.md"}
    assert "away.md" not in " ".join(made) and made["docs/p.png"] == b"\x89PNG"


def test_the_front_page_has_the_switch_of_the_other_pages(with_site):
    text = (with_site / "_site" / "index.html").read_text(encoding="utf-8")
    page = html.fromstring(text)
    assert "theme-toggle" in page.xpath("string(//head/script)") and page.xpath("//header")


def test_nothing_is_loaded_from_elsewhere(with_site):
    text = (with_site / "_site" / "index.html").read_text(encoding="utf-8")
    page = html.fromstring(text)
    assert [element for kind in REMOTE for element in page.xpath(f"//{kind}")] == []
    assert not re.search(r"url\(|@import|https?://", text)


def test_the_same_outputs_give_the_same_bytes_and_what_was_there_goes(own):
    before = files(own / "_site")
    (own / "_site" / "left.txt").write_text("from an earlier version", encoding="utf-8")
    site(own)
    assert files(own / "_site") == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda own: (own / "_output" / "manuscript.docx").write_bytes(b"x"), "manuscript.docx changed since"),
        (lambda own: shutil.rmtree(own / "_output"), "changed since"),
        (lambda own: (own / "data" / "numbers.csv").open("a").write("more,1,count\n"), "are not up to date"),
        (lambda own: shutil.rmtree(own / "_build" / "rendered"), "not verified"),
    ],
)
def test_outputs_that_are_not_verified_as_they_are_make_no_site(own, change, says):
    before = files(own / "_site")
    change(own)
    done = small_project.run(own, "site")
    assert done.returncode == 1
    assert says in done.stderr and "run 'make paper'" in done.stderr and len(done.stderr.splitlines()) == 1
    assert files(own / "_site") == before


def test_outputs_that_were_rendered_and_not_verified_make_no_site(own):
    assert small_project.run(own, "render", "--engine", "builtin", "--force").returncode == 0
    with pytest.raises(PublishingError, match=r"not verified.*make paper"):
        site(own)


def test_a_folder_that_is_no_site_is_left_alone(own):
    shutil.rmtree(own / "_site")
    (own / "_site").mkdir()
    (own / "_site" / "index.html").write_text("<p>mine</p>", encoding="utf-8")
    with pytest.raises(PublishingError, match="holds something that is no site"):
        site(own)
    assert files(own / "_site") == {"index.html": b"<p>mine</p>"}


def test_a_site_that_cannot_be_put_in_its_place_leaves_the_old_one(own, monkeypatch):
    before = files(own / "_site")
    rename = Path.rename

    def failing(self, target):
        if self.name == "out":
            raise OSError("no room")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="no room"):
        site(own)
    assert files(own / "_site") == before


def test_links_within_the_abstract_lead_to_the_paper():
    section = html.fromstring(
        '<section><h2 id="a">Abstract</h2><p id="b"><a href="#ref-x">1</a>, <a href="o.html#n">2</a></p></section>'
    )
    found = command.abstract_of(section, "manuscript.html")
    assert found == '<p><a href="manuscript.html#ref-x">1</a>, <a href="o.html#n">2</a></p>'
