"""``_quarto.yml`` and front matter: a closed list of keys, every complaint with file, line and remedy."""

from __future__ import annotations

import copy
import functools
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from engine_project import FRONT, ROOT, configuration, line_of, write_project

from publishing.project.author_keys import CREDIT
from publishing.project.configuration import format_options, load_project, merge
from publishing.project.document import read_document
from publishing.project.errors import PublishingError

BARE = "project: {render: []}\nformat: {docx: default}\nciteproc: true\n"
OWNER = '  - name: "[Authors: to be completed by the review’s owner]"'


def failure(folder: Path, old: str, new: str) -> PublishingError:
    write_project(folder, {}, configuration(old, new))
    with pytest.raises(PublishingError) as caught:
        assert load_project(folder).filters
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "words", "remedy"),
    [
        ("link-citations: true", "link-citation: true", "'link-citation'", "did you mean 'link-citations'?"),
        ("    toc: true", "    table-of-contents: true", "'table-of-contents' is not supported", "toc"),
        ("embed-resources: true", "embed-resources: false", "can't be false", "use true"),
        ("toc-depth: 3", "toc-depth: deep", "must be a positive number", ""),
        ("  echo: false", "  echo: no", "must be true or false, not 'no'", ""),
        (OWNER, f"{OWNER}\n    orcid: 0000-0002-1825-0098", "can't be 0000-0002-1825-0098", "check digit"),
        (OWNER, f"{OWNER}\n    orcid: 0000-0002-1852-0097", "can't be 0000-0002-1852-0097", "check digit"),
        (OWNER, f"{OWNER}\n    orcid: 0000-0002-1825-009", "can't be 0000-0002-1825-009", "an ORCID"),
        (OWNER, f"{OWNER}\n    roles: [{{software: led}}]", "can't be led", "use lead, equal, supporting"),
        ("citeproc: true\n", "", "lacks the key 'citeproc'", "add it: true"),
        ("    html-math-method: mathml\n", "", "lacks the key 'html-math-method'", "add it: mathml"),
        ("  type: default", "  type: website", "can't be website", "use default"),
        ("  pre-render:", "  prerender:", "'prerender' is not supported", "did you mean 'pre-render'?"),
        ("    at: pre-ast", "    at: post-quarto", "can't be post-quarto", "use pre-ast"),
        ("lang: en-GB", "lang: [en", "not valid YAML", "quote"),
        ("lang: en-GB", "lang: en-GB\nlang: de", "stands twice", ""),
        ("lang: en-GB", "date: today", "'today' is not a day", "write the day itself"),
        ("lang: en-GB", "date: 2026-02-30", "'2026-02-30' is not a day", ""),
        ("    - manuscript.qmd", "    - paper.qmd", "paper.qmd, which does not exist", "correct the path"),
        ("keys.lua", "no-such.lua", "no-such.lua, which does not exist", "correct the path"),
    ],
)
def test_refusal_names_file_line_key_and_remedy(tmp_path, old, new, words, remedy):
    error = failure(tmp_path, old, new)
    assert words in str(error)
    assert remedy in (error.remedy or "")
    assert error.source == tmp_path / "_quarto.yml"
    if new:
        assert error.line is not None
        near = (tmp_path / "_quarto.yml").read_text().split("\n")[error.line - 2 : error.line + 1]
        assert any(new.split("\n")[-1].strip().split(":")[0] in line for line in near)


@pytest.mark.parametrize("orcid", ["0000-0002-1825-0097", "https://orcid.org/0000-0002-1694-233X"])
def test_orcids_of_the_registry_s_own_documentation_are_taken(tmp_path: Path, orcid: str) -> None:
    write_project(tmp_path, {}, configuration(OWNER, f"{OWNER}\n    orcid: {orcid}"))
    assert load_project(tmp_path).settings.values["author"][0]["orcid"] == orcid


AFFILIATED = """author:
  - name: {given: Ada, family: Lovelace}
    orcid: 0000-0002-1825-0097
    email: ada@analytical.example
    roles: [formal analysis, {Writing - original draft: lead}, conceptualisation]
    affiliations:
      - ref: society
      - {name: Other Place, city: London}
  - name: Charles Babbage
    roles: writing – review & editing
    affiliations: [ref: society]
affiliations:
  - {id: society, name: Analytical Society}
  - {id: other, name: Other Society}
"""


@pytest.mark.parametrize(
    ("old", "new", "words", "remedy"),
    [
        ("", "", "", ""),
        ("formal analysis", "formal anaylsis", "Ada Lovelace: 'author 1: roles 1' can't be 'formal anaylsis'",
         "did you mean 'formal analysis'? The roles are conceptualization; data curation; formal analysis; "),
        ("roles: writing – review & editing", "roles: drawing", "Charles Babbage: 'author 2: roles' can't be 'dra",
         "The roles are conceptualization; "),
        ("{Writing - original draft: lead}", "{Writing: lead, drawing: lead}", "Ada Lovelace: 'author 1: roles 2'",
         "The roles are "),
        ("1825-0097", "1825-0098", "Ada Lovelace: 'author 1: orcid' can't be 0000-0002-1825-0098", "check digit"),
        ("ada@analytical.example", "ada.analytical.example", "Ada Lovelace: 'author 1: email' can't be ada.ana",
         "name@example.org"),
        ("affiliations: [ref: society]", "affiliations: [ref: valdora]",
         "Charles Babbage: no affiliation has the id 'valdora'; those under 'affiliations' have 'society', 'other'.",
         "add '- id: valdora' with its name"),
        ("affiliations: [ref: society]", "affiliations: [other]", "Charles Babbage: the affiliation 'other' is the",
         "write 'ref: other'"),
        ("affiliations: [ref: society]", "affiliations: [id: other]", "Charles Babbage: an affiliation has no name",
         "write ref: with a known id ('society', 'other')"),
        ("{id: other,", "{id: society,", "two entries of 'affiliations' have the id 'society'", "an id of its own"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_author_is_said_with_the_name_the_line_and_what_may_stand_there(
    tmp_path: Path, old: str, new: str, words: str, remedy: str
) -> None:
    text = AFFILIATED.replace(old, new)
    assert (text != AFFILIATED) == bool(new)
    write_project(tmp_path, {}, configuration(f"author:\n{OWNER}\n", text))
    if not new:
        assert len(load_project(tmp_path).settings.values["author"]) == 2
        return
    with pytest.raises(PublishingError) as caught:
        load_project(tmp_path)
    error = caught.value
    assert words in error.message and error.remedy is not None and remedy in error.remedy
    assert error.source == tmp_path / "_quarto.yml" and error.line is not None
    assert new in (tmp_path / "_quarto.yml").read_text(encoding="utf-8").splitlines()[error.line - 1]


def test_the_example_of_the_guide_can_be_taken_and_it_names_all_roles(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "finishing.md").read_text(encoding="utf-8")
    example = textwrap.dedent(guide.partition("```yaml\n")[2].partition("```")[0])
    write_project(tmp_path, {}, configuration(f"author:\n{OWNER}\n", example))
    first, second = load_project(tmp_path).settings.values["author"]
    assert first["affiliations"] == [{"ref": "north"}, {"ref": "south"}] and second["affiliations"] == [
        {"ref": "north"}
    ]
    assert not [role for role in CREDIT if role not in " ".join(guide.split())]


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://doi.org/10.5281/zenodo.1234567", True), ("10.5281/zenodo.1234567", True), ("[to be stated]", True),
        ("https://doi.org/10.5281/zenodo.1234567.", False), ("In Zenodo, at https://doi.org/10.5281/zenodo.1", False),
        ("on request", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["data-address", "registration: protocol"])
def test_an_address_is_declared_alone(tmp_path: Path, key: str, address: str, good: bool) -> None:
    first, _, inner = key.partition(": ")
    value = f'{{registered: false, {inner}: "{address}"}}' if inner else f'"{address}"'
    write_project(tmp_path, {}, f"{BARE}declarations:\n  ethics: None.\n  {first}: {value}\n")
    if good:
        assert load_project(tmp_path).declared is not None
        return
    with pytest.raises(PublishingError, match="can't be") as caught:
        load_project(tmp_path)
    assert caught.value.line == BARE.count("\n") + 3
    assert caught.value.remedy is not None and "the address alone" in caught.value.remedy


def test_folder_without_configuration(tmp_path):
    with pytest.raises(PublishingError, match=r"there is no _quarto\.yml"):
        load_project(tmp_path)


def test_front_matter_is_validated_with_its_own_lines(tmp_path):
    write_project(tmp_path, {"manuscript": "---\ntitle: T\nabstract: x\n---\n\nText.\n"})
    with pytest.raises(PublishingError, match=r"manuscript\.qmd, line 3: the key 'abstract' is not supported"):
        read_document(tmp_path / "manuscript.qmd")


def test_title_is_needed(tmp_path):
    write_project(tmp_path, {"manuscript": "---\nlang: de\n---\n\nText.\n"})
    with pytest.raises(PublishingError, match="lacks the key 'title'"):
        read_document(tmp_path / "manuscript.qmd")


def test_the_nearest_layer_wins_and_lists_grow(tmp_path):
    front = "---\ntitle: T\nlang: de\nbibliography: more.bib\nformat:\n  html:\n    toc: false\n---\n"
    write_project(tmp_path, {"manuscript": front + "\nText.\n"})
    project = load_project(tmp_path)
    options = format_options(project, read_document(tmp_path / "manuscript.qmd").front, "html")
    assert options.get("lang") == "de"
    assert options.get("toc") is False
    assert options.get("toc-depth") == 3
    assert options.get("bibliography") == ["references.bib", "more.bib"]
    with pytest.raises(PublishingError, match=r"manuscript\.qmd, line 4: .*more\.bib, which does not exist"):
        options.files("bibliography")


def test_profile_wins_over_the_project_and_overrides_over_both(tmp_path):
    write_project(tmp_path, {})
    (tmp_path / "_quarto-draft.yml").write_text(
        "project:\n  output-dir: _output/draft\nlang: de\nmanuscript-layout:\n  line-numbers: true\n"
        "  content-controls: false\nformat:\n  html:\n    toc-depth: 4\n"
    )
    (tmp_path / "_quarto-wide.yml").write_text("lang: fr\nmanuscript-layout:\n  line-spacing: 2\n")
    plain, draft = load_project(tmp_path), load_project(tmp_path, "draft")
    assert (plain.layout, plain.keeps_controls, draft.keeps_controls) == ({}, True, False)
    assert draft.output_dir == tmp_path / "_output/draft"
    options = format_options(draft, read_document(tmp_path / "manuscript.qmd").front, "html")
    assert (options.get("lang"), options.get("toc-depth"), options.get("toc")) == ("de", 4, True)
    # of two profiles the first wins, as with Quarto
    both = load_project(tmp_path, "draft,wide", {"manuscript-layout": {"line-spacing": 1.5}, "link-citations": False})
    assert both.layout == {"line-numbers": True, "line-spacing": 1.5, "content-controls": False}
    assert (both.settings.values["lang"], both.settings.values["link-citations"]) == ("de", False)
    assert [path.name for path in both.files] == ["_quarto.yml", "_quarto-wide.yml", "_quarto-draft.yml"]


def test_profile_s_options_for_all_formats_do_not_outdo_those_of_a_format(tmp_path):
    write_project(tmp_path, {})
    (tmp_path / "_quarto-flat.yml").write_text("toc: false\nnumber-sections: true\n")
    project = load_project(tmp_path, "flat")
    options = format_options(project, read_document(tmp_path / "manuscript.qmd").front, "html")
    assert (options.get("toc"), options.get("number-sections")) == (True, True)


def test_unknown_profile_is_told_those_that_exist(tmp_path):
    write_project(tmp_path, {})
    with pytest.raises(PublishingError, match=r"no profile 'draft' \(the project has none\)"):
        load_project(tmp_path, "draft")
    for name in ("long", "short"):
        (tmp_path / f"_quarto-{name}.yml").write_text("lang: de\n")
    with pytest.raises(PublishingError, match=r"no profile 'draft' \(those that exist: long, short\)"):
        load_project(tmp_path, "draft")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lang: de\nfilters: [x.lua]\n", "_quarto-draft.yml, line 2: the key 'filters' is not supported"),
        ("manuscript-layout:\n  line-spacing: wide\n", "_quarto-draft.yml, line 2: .* must be a positive number"),
    ],
)
def test_profile_is_validated_with_its_own_lines(tmp_path, text, words):
    write_project(tmp_path, {})
    (tmp_path / "_quarto-draft.yml").write_text(text)
    with pytest.raises(PublishingError, match=words):
        load_project(tmp_path, "draft")


def test_overrides_are_validated_too(tmp_path):
    write_project(tmp_path, {})
    with pytest.raises(PublishingError, match="overrides, line 1: the key 'cls' is not supported"):
        load_project(tmp_path, None, {"cls": "x"})


def test_merge_keeps_both_sides_untouched():
    below, above = {"a": {"x": 1, "y": [1]}, "b": 2}, {"a": {"y": [1, 2]}, "c": 3}
    assert merge(below, above) == {"a": {"x": 1, "y": [1, 2]}, "b": 2, "c": 3}
    assert below == {"a": {"x": 1, "y": [1]}, "b": 2}


def test_metadata_holds_what_filters_need_and_not_the_engine_s_own(tmp_path):
    write_project(tmp_path, {})
    metadata = format_options(
        load_project(tmp_path), read_document(tmp_path / "manuscript.qmd").front, "docx"
    ).metadata()
    assert metadata["crossref"]["custom"][0]["key"] == "sfig"
    assert metadata["author"][0]["name"].startswith("[Authors:")
    assert not metadata.keys() & {"project", "filters", "format", "execute", "reference-doc", "fig-dpi"}


def test_key_without_a_place_in_the_template_is_refused(tmp_path):
    settings = configuration("    pdf-standard: ua-1", "    pdf-standard: ua-1\n    columns: 2")
    write_project(tmp_path, {}, settings)
    options = format_options(load_project(tmp_path), read_document(tmp_path / "manuscript.qmd").front, "typst")
    with pytest.raises(PublishingError, match="no place for 'columns'") as caught:
        options.check_template()
    assert caught.value.line == line_of(tmp_path / "_quarto.yml", "columns: 2")


def test_yaml_reads_no_and_days_as_text(tmp_path):
    write_project(tmp_path, {"manuscript": "---\ntitle: no\ndate: 2026-01-31\n---\n\nText.\n"})
    values = read_document(tmp_path / "manuscript.qmd").front.values
    assert values["title"] == "no"
    assert values["date"] == "2026-01-31"


def test_front_matter_needs_both_its_lines(tmp_path):
    write_project(tmp_path, {"manuscript": FRONT.rstrip("-\n") + "\n\nText.\n"})
    with pytest.raises(PublishingError, match="no front matter"):
        read_document(tmp_path / "manuscript.qmd")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the top of the file lacks the key 'project'"),
        ("# nothing yet\n", "lacks the key 'project'"),
        ("- a list\n", "must be a mapping of keys to values"),
        ("a: " + "[" * 3000 + "]" * 3000 + "\n", "nested too deeply"),
        ("a: &a [*a]\n", ""),
        ('a: !!python/object/apply:os.system ["id"]\n', ""),
        ("a: 1\n---\nb: 2\n", "not valid YAML"),
        ("? [a, b]\n: c\n", "is not supported"),
    ],
    ids=["empty", "comment", "list", "deep", "itself", "object", "two", "complex key"],
)
def test_a_broken_configuration_is_refused_with_a_remedy(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "_quarto.yml").write_text(text)
    with pytest.raises(PublishingError) as caught:
        load_project(tmp_path)
    assert words in str(caught.value) and caught.value.remedy


def test_a_name_that_no_file_can_have_is_one_that_is_not_there(tmp_path: Path) -> None:
    error = failure(tmp_path, "    - manuscript.qmd", f"    - {'x' * 5000}.qmd")
    assert "which does not exist" in str(error) and len(str(error)) < 500


def kinds(values: object, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The place of every value of a configuration, of lists the first one."""
    inside = values.items() if isinstance(values, dict) else enumerate(values[:1]) if isinstance(values, list) else ()
    return [at, *(place for key, value in inside for place in kinds(value, (*at, key)))]


@pytest.mark.campaign
@pytest.mark.parametrize("value", [None, 3, [], {}, "", True, [None], {"a": {"b": None}}], ids=repr)
def test_every_value_of_another_kind_is_taken_or_refused_with_a_remedy(
    tmp_path: Path, value: object, record_property: Callable[[str, str], None]
) -> None:
    whole = yaml.safe_load(configuration("", ""))
    for place in kinds(whole)[1:]:
        changed = copy.deepcopy(whole)
        parent = functools.reduce(lambda part, key: part[key], place[:-1], changed)
        parent[place[-1]] = value
        write_project(tmp_path, {}, yaml.safe_dump(changed, allow_unicode=True))
        try:
            assert load_project(tmp_path).filters is not None
        except PublishingError as error:
            assert error.remedy and error.source is not None, error
    record_property("tally", "configurations of another kind: none ends in a fault of the program")
