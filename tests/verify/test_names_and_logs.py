"""Readers and filter make names as ``tests/contract.json`` has them, and read its log; the analysis is held to it."""

import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree, html

from publishing.formats import drawings
from publishing.formats.pandoc import READER, executable
from publishing.verify import contract, log
from publishing.verify.catalogue import of_json
from publishing.verify.identity import Names

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = json.loads((ROOT / "tests" / "contract.json").read_text(encoding="utf-8"))
KEYS, CLAIMS = EXAMPLE["keys"], EXAMPLE["claims"]
#: what the filter is given, and the names that it has to give to these in turn
SPANS = " ".join(
    [f'[1]{{data-key="{one["key"]}"}}' for one in KEYS] + [f'[w]{{data-claim="{one["claim"]}"}}' for one in CLAIMS]
)
PLACES, TAGS = ([one[name] for one in [*KEYS, *CLAIMS]] for name in ("place", "tag"))


def filtered(to: str, *arguments: str) -> bytes:
    command = [executable(), f"--from={READER}", f"--to={to}", "--lua-filter", "publishing/filters/keys.lua"]
    command += ["--metadata=number-origins:s", *arguments]
    return subprocess.run(command, input=SPANS.encode(), cwd=ROOT, check=True, capture_output=True).stdout


def test_readers_make_these_names_and_know_them_again():
    names = Names([one["key"] for one in KEYS], [one["claim"] for one in CLAIMS])
    for one in KEYS:
        assert (contract.place_of_key(one["key"]), contract.tag(one["key"])) == (one["place"], one["tag"])
        assert names.of_place(one["place"]) == names.of_tag(one["tag"]) == one["key"]
    for one in CLAIMS:
        whole = contract.CLAIM_TAG + one["claim"]
        assert (contract.place_of_claim(one["claim"]), contract.tag(whole)) == (one["place"], one["tag"])
        assert (names.of_place(one["place"]), names.of_tag(one["tag"])) == (one["claim"], whole)
    assert max(map(len, TAGS)) == contract.LONGEST_TAG


def test_the_version_of_a_drawing_for_one_column_is_known_by_its_name():
    assert EXAMPLE["column"] == drawings.COLUMN


def test_the_filter_makes_these_places():
    links = html.fromstring(filtered("html").decode()).xpath("//a")
    assert [link.get("href") for link in links] == [f"s.html#{place}" for place in PLACES]
    shown = [link.get("data-key") or link.get("data-claim") for link in links]
    assert shown == [one.get("key") or one["claim"] for one in [*KEYS, *CLAIMS]]


def test_the_filter_makes_these_tags(tmp_path):
    filtered("docx", f"--output={tmp_path / 'x.docx'}")
    with zipfile.ZipFile(tmp_path / "x.docx") as package:
        tags = etree.fromstring(package.read("word/document.xml")).xpath("//*[local-name()='tag']/@*")
    assert tags == TAGS


def test_a_log_says_what_figures_drew_and_is_ended(tmp_path):
    log.end(tmp_path, "small")
    assert not (tmp_path / contract.FOLDER).exists()
    path = tmp_path / contract.FOLDER / f"small{contract.SUFFIX}"
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in EXAMPLE["log"][:-1]), encoding="utf-8")
    log.end(tmp_path, "small")
    assert list(map(json.loads, path.read_text(encoding="utf-8").splitlines())) == EXAMPLE["log"]
    drawn = log.read_drawn(tmp_path, "small")
    texts = ((("RR ", None), ("0.80", "deaths.estimate")), (("0.5", None),))
    assert drawn.drawings == (log.Drawing("forest", texts, (False, True)),)
    assert drawn.alternatives == ((("A plot of ", None), ("five", "deaths.k"), (" trials.", None)),)
    log.forget(tmp_path, "small")
    assert log.read_drawn(tmp_path, "small") == log.Drawn()


@pytest.mark.parametrize(
    ("part", "kind"), [("entries", contract.Entry), ("rows", contract.Row), ("claims", contract.Claim)]
)
def test_the_catalogue_has_these_parts(part, kind):
    read = of_json(EXAMPLE["catalogue"])
    (one,) = getattr(read, part).values()
    assert list(one) == list(kind.__annotations__)
    if part == "entries":
        assert list(one["second"]) == list(contract.Second.__annotations__)
