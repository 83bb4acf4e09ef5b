"""Pages that follow the author: as a render would make them, and never of another state than that of the files."""

import json
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from publishing.paper.server import News, Server
from publishing.paper.watch import Watcher, changes
from publishing.project.errors import PublishingError


class Watched:
    def __init__(self, root: Path) -> None:
        self.root, self.said = root, []
        self.watcher = Watcher(root, say=self.said.append)

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def update(self) -> list[str]:
        self.said.clear()
        return self.watcher.update()

    def page(self, name: str = "manuscript") -> str:
        return (self.watcher.folder / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def watched(paper, tmp_path_factory) -> Iterator[Watched]:
    one = Watched(Path(shutil.copytree(paper, tmp_path_factory.mktemp("watched") / "paper")))
    assert one.update() == ["manuscript.html", "supplement.html"]
    yield one
    one.watcher.close()


def test_the_first_pages_are_those_of_a_render(watched):
    for name in ("manuscript", "supplement"):
        assert watched.page(name) == (watched.root / "_output" / f"{name}.html").read_text(encoding="utf-8")
    assert watched.update() == []


def test_a_sentence_runs_nothing_and_data_run_everything(watched):
    watched.edit("supplement.qmd", "\n# ", "\nA sentence that is new.\n\n# ")
    assert watched.update() == ["supplement.html"]
    assert re.search(r"supplement\.html: 0 of \d+ cells and 0 expressions run", watched.said[0])
    assert "A sentence that is new." in watched.page("supplement")

    watched.edit("data/numbers.csv", "0.7912345", "0.8412345")
    assert watched.update() == ["manuscript.html", "supplement.html"]
    assert ">0.84<" in watched.page() and ">0.79<" not in watched.page()
    # nor does the page keep a caption that the other had before
    assert '"0.79"' not in watched.page()
    assert not re.search(r": 0 of", watched.said[0])


def test_what_fails_leaves_the_page_and_its_repair_brings_it_back(watched):
    before = watched.page()
    watched.edit("manuscript.qmd", "`{python} ", "`{python} no_such_name.")
    for _ in range(2):
        with pytest.raises(PublishingError, match=r"manuscript\.qmd, line \d+: .*no_such_name"):
            watched.update()
    assert watched.page() == before
    watched.edit("manuscript.qmd", "`{python} no_such_name.", "`{python} ")
    watched.update()
    assert watched.page() == before


def test_files_are_looked_at_again(tmp_path):
    (tmp_path / "paper.qmd").write_text("first", encoding="utf-8")
    looks = changes(tmp_path)
    next(looks)
    for folder in ("_build", ".git"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "made").write_text("x", encoding="utf-8")
    (tmp_path / "paper.qmd").write_text("second!", encoding="utf-8")
    next(looks)


def test_the_server_shows_pages_of_its_folder_to_this_machine_alone(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.html").write_text("<html><body>text</body></html>", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    news = News()
    server = Server(tmp_path / "pages", news)

    def get(name: str, **headers: str) -> str:
        with urllib.request.urlopen(urllib.request.Request(server.address(name), headers=headers)) as answer:
            return answer.read().decode()

    try:
        page = get("a.html")
        assert page.startswith("<html><body>text<script>") and page.endswith("</script></body></html>")
        assert (tmp_path / "pages" / "a.html").read_text(encoding="utf-8").count("script") == 0
        for name, headers, status in (
            ("../secret.txt", {}, 404), ("%2e%2e/secret.txt", {}, 404), ("", {}, 404), ("b.html", {}, 404),
            ("a.html", {"Host": "elsewhere.example"}, 403),
        ):  # fmt: skip
            with pytest.raises(urllib.error.HTTPError) as refused:
                get(name, **headers)
            assert refused.value.code == status, name
        news.tell("Error: line 3")
        assert json.loads(get("state.json?0")) == {"count": 1, "failure": "Error: line 3"}
        news.tell()
        assert json.loads(get("state.json?1")) == {"count": 2, "failure": ""}
    finally:
        server.close()
