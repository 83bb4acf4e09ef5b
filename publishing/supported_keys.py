"""The part of Quarto's configuration that both engines give the same meaning: every key, and what it may hold.

What is not listed here is refused, so that nothing a document asks for is silently dropped.
"""

from __future__ import annotations

from typing import Any

from publishing.schema import Choice, Either, Flag, Keys, ListOf, Number, Spec, Text

FORMATS = ("html", "typst", "docx", "jats")

_PATH = Text("the path of a file")
_PATHS = ListOf(_PATH, single=True)

_AFFILIATION = Keys(
    {
        key: Text()
        for key in (
            "id name ref number department group address city region state country postal-code url ror isni".split()
        )
    }
)
_AUTHOR = Keys(
    {
        "id": Text(),
        "name": Either(
            scalar=Text(),
            mapping=Keys({key: Text() for key in ("given", "family", "literal", "non-dropping-particle")}),
        ),
        "orcid": Text("an ORCID"),
        "email": Text(),
        "url": Text(),
        "phone": Text(),
        "note": Text(),
        "corresponding": Flag(),
        "equal-contributor": Flag(),
        "deceased": Flag(),
        "degrees": ListOf(Text(), single=True),
        "acknowledgements": Text(),
        "affiliations": Either(
            scalar=Text(), sequence=ListOf(Either(scalar=Text(), mapping=_AFFILIATION)), mapping=_AFFILIATION
        ),
        "roles": ListOf(
            Either(scalar=Text(), mapping=Keys({"role": Text(), "degree-of-contribution": Text()})),
            single=True,
        ),
    },
    required=("name",),
)
_AUTHORS = Either(scalar=Text(), sequence=ListOf(Either(scalar=Text(), mapping=_AUTHOR)), mapping=_AUTHOR)

_CROSSREF_KIND = Keys(
    {
        "kind": Choice(("float",)),
        "key": Text("the prefix of the kind's identifiers"),
        "reference-prefix": Text(),
        "caption-prefix": Text(),
        "caption-location": Choice(("top", "bottom")),
        "space-before-numbering": Flag(),
        "latex-env": Text(),
        "latex-list-of-description": Text(),
    },
    required=("kind", "key", "reference-prefix"),
)
_CROSSREF = Keys(
    {
        "custom": ListOf(_CROSSREF_KIND),
        "title-delim": Text(),
        **{f"{kind}-{part}": Text() for kind in ("fig", "tbl") for part in ("title", "prefix")},
        **{f"{kind}-prefix": Text() for kind in ("sec", "eq")},
    }
)

_EXECUTE = Keys(
    {
        "echo": Flag(),
        "eval": Flag(),
        "include": Flag(),
        "warning": Flag(),
        "error": Flag(),
        "output": Choice((True, False, "asis")),
        # The values under which Quarto does what the built-in engine always does: run everything anew.
        "cache": Choice((False,)),
        "freeze": Choice((False,)),
        "daemon": Choice((False,)),
    }
)

CELL = Keys(
    {
        "label": Text(),
        "echo": Flag(),
        "eval": Flag(),
        "include": Flag(),
        "warning": Flag(),
        "error": Flag(),
        "output": Choice((True, False, "asis")),
        "fig-cap": Text(),
        "fig-alt": Text(),
        "fig-width": Number(),
        "fig-height": Number(),
        "tbl-cap": Text(),
        "tbl-colwidths": ListOf(Number()),
    }
)

_COMMON: dict[str, Spec] = {
    "number-sections": Flag(),
    "number-headings": Flag(),
    "toc": Flag(),
    "toc-depth": Number(),
    "toc-title": Text(),
    "template": _PATH,
    "template-partials": _PATHS,
    "include-in-header": _PATHS,
    "include-before-body": _PATHS,
    "include-after-body": _PATHS,
    "link-citations": Flag(),
    "link-bibliography": Flag(),
    "citeproc": Choice((True,)),
    "fig-width": Number(),
    "fig-height": Number(),
}

_TEXT_OR_PARTS = Either(
    scalar=Text(), mapping=Keys({key: Text() for key in ("x", "y", "top", "bottom", "left", "right")})
)

_OPTIONS: dict[str, dict[str, Spec]] = {
    "html": {
        "css": _PATHS,
        "fig-format": Choice(("svg",)),
        "embed-resources": Choice((True,)),
        "html-math-method": Choice(("mathml",)),
        "theme": Choice(("none",)),
        "minimal": Flag(),
        "anchor-sections": Choice((False,)),
    },
    "typst": {
        "papersize": Text(),
        "margin": _TEXT_OR_PARTS,
        "mainfont": Text(),
        "sansfont": Text(),
        "monofont": Text(),
        "mathfont": Text(),
        "fontsize": Text(),
        "linestretch": Number(),
        "columns": Number(),
        "section-numbering": Text(),
        "font-paths": _PATHS,
        "pdf-standard": ListOf(Text("a PDF standard such as ua-1"), single=True),
        "fig-format": Choice(("svg",)),
    },
    "docx": {"reference-doc": _PATH, "fig-format": Choice(("png",)), "fig-dpi": Number()},
    "jats": {"fig-format": Choice(("png",))},
}

_FORMAT_KEYS = {
    name: Either(scalar=Choice(("default",)), mapping=Keys({**_COMMON, **_OPTIONS[name]})) for name in FORMATS
}
_FORMAT = Either(scalar=Choice(FORMATS), mapping=Keys(_FORMAT_KEYS))

_METADATA: dict[str, Spec] = {
    "title": Text(),
    "subtitle": Text(),
    "short-title": Text(),
    "author": _AUTHORS,
    "authors": _AUTHORS,
    "affiliations": ListOf(_AFFILIATION),
    "date": Text("a date as YYYY-MM-DD"),
    "date-format": Choice(("iso",)),
    "lang": Text("a language tag such as en-GB"),
    "keywords": ListOf(Text(), single=True),
    "license": Text(),
    "copyright": Text(),
    "funding": Text(),
    "bibliography": _PATHS,
    "csl": _PATH,
    "crossref": _CROSSREF,
    "crossref-registry-dir": Text("a folder"),
    "execute": _EXECUTE,
    "format": _FORMAT,
    "jupyter": Choice(("python3",)),
    **_COMMON,
}

_FILTER = Either(
    scalar=_PATH, mapping=Keys({"path": _PATH, "at": Choice(("pre-ast",))}, required=("path", "at"))
)

FRONT_MATTER = Keys(_METADATA, required=("title",))

PROJECT_FILE = Keys(
    {
        "project": Keys(
            {
                "type": Choice(("default",)),
                "output-dir": Text("a folder"),
                "render": ListOf(_PATH),
                "pre-render": ListOf(Text("a command"), single=True),
                "post-render": ListOf(Text("a command"), single=True),
            },
            required=("render",),
        ),
        "filters": ListOf(_FILTER),
        **_METADATA,
    },
    required=("project", "format"),
)

# What the engine itself turns into calls; everything else reaches pandoc, filters and templates as metadata.
ENGINE_KEYS: frozenset[str] = frozenset(
    {"project", "format", "filters", "execute", "jupyter", *_COMMON, *_OPTIONS["html"], *_OPTIONS["docx"]}
    - {"number-headings", "toc-title", "link-citations", "link-bibliography"}
) | {"font-paths", "pdf-standard"}


def supported_formats(configuration: dict[str, Any]) -> tuple[str, ...]:
    """The formats a configuration names, in the order it names them."""
    given = configuration["format"]
    return (given,) if isinstance(given, str) else tuple(given)
