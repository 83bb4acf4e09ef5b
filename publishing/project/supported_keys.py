"""The part of Quarto's configuration that both engines give the same meaning: every key, and what it may hold.

What is not listed here is refused, so that nothing a document asks for is silently dropped.
"""

from __future__ import annotations

from publishing.project.author_keys import AFFILIATION, AUTHORS
from publishing.project.declarations import DeclarationSettings
from publishing.project.own_keys import LedgerSettings, SubmissionSettings
from publishing.project.yaml_records import keys_of
from publishing.project.yaml_schema import Choice, Either, Entries, Flag, Keys, ListOf, Number, Spec, Text

FORMATS = ("html", "typst", "docx", "jats")

_PATH = Text("the path of a file")
_PATHS = ListOf(_PATH, single=True)

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

# What JATS says of an article and its journal, and no other format shows.
_ARTICLE = Keys(
    {
        key: Text()
        for key in (
            *("type", "heading", "doi", "published", "volume", "issue", "elocation-id", "license", "license-url"),
            *("copyright-statement", "copyright-year", "copyright-holder"),
        )
    }
)
_JOURNAL = Keys({key: Text() for key in "title abbreviation issn publisher".split()})

_SHOWING: dict[str, Spec] = {
    **{key: Flag() for key in ("echo", "eval", "include", "warning", "error")},
    "output": Choice((True, False, "asis")),
}

_EXECUTE = Keys(
    {
        **_SHOWING,
        # The values under which Quarto does what the built-in engine always does: run everything anew.
        "cache": Choice((False,)),
        "freeze": Choice((False,)),
        "daemon": Choice((False,)),
    }
)

CELL = Keys(
    {
        "label": Text(),
        **_SHOWING,
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
    "number-origins": Text("the name of a page"),
    "toc": Flag(),
    "toc-depth": Number(),
    "toc-title": Text(),
    "template": _PATH,
    "include-in-header": _PATHS,
    "include-before-body": _PATHS,
    "include-after-body": _PATHS,
    "link-citations": Flag(),
    "link-bibliography": Flag(),
    "citeproc": Choice((True,)),
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
# Without these Quarto would make pages that load MathJax and pictures from elsewhere.
_REQUIRED = {"html": ("embed-resources", "html-math-method", "fig-format")}

_FORMAT_KEYS: dict[str, Spec] = {
    name: Either(
        scalar=None if name in _REQUIRED else Choice(("default",)),
        mapping=Keys({**_COMMON, **options}, required=_REQUIRED.get(name, ())),
    )
    for name, options in _OPTIONS.items()
}
_INSTEAD_OF_FORMATS = dict.fromkeys(
    ("pdf", "latex", "beamer"),
    "write typst: it makes the PDF, and no LaTeX is needed. Supported: " + ", ".join(FORMATS),
)
_FORMAT = Either(mapping=Keys(_FORMAT_KEYS, instead=_INSTEAD_OF_FORMATS))
# What Quarto's documents may hold and ours say in another way.
_INSTEAD = {"nocite": "cite the work where the text uses it: the list of references holds what is cited."}

_METADATA: dict[str, Spec] = {
    "title": Text(),
    "subtitle": Text(),
    "short-title": Text(),
    "author": AUTHORS,
    "authors": AUTHORS,
    "affiliations": ListOf(AFFILIATION),
    "date": Text("a date as YYYY-MM-DD"),
    "date-format": Choice(("iso",)),
    "lang": Text("a language tag such as en-GB"),
    "keywords": ListOf(Text(), single=True),
    "article": _ARTICLE,
    "journal": _JOURNAL,
    "bibliography": _PATHS,
    "csl": _PATH,
    "crossref": _CROSSREF,
    "crossref-registry-dir": Text("a folder"),
    "execute": _EXECUTE,
    "format": _FORMAT,
    "jupyter": Choice(("python3",)),
    # One run serves all formats, so the default size of figures can't be a format's own.
    "fig-width": Number(),
    "fig-height": Number(),
    **_COMMON,
}

# Ours alone: the pages that a journal's office wants, for DOCX (publishing/formats/word) and PDF (article.typ).
# Quarto keeps the name page-layout for itself.
_LAYOUT = Keys({"line-numbers": Flag(), "line-spacing": Number(), "title-page": Flag(), "content-controls": Flag()})
_FILTER = Either(scalar=_PATH, mapping=Keys({"path": _PATH, "at": Choice(("pre-ast",))}, required=("path", "at")))

# A document may choose among the project's formats and change their options.
_CHANGED_FORMATS = Either(
    mapping=Keys({name: Keys({**_COMMON, **_OPTIONS[name]}) for name in FORMATS}, instead=_INSTEAD_OF_FORMATS)
)
FRONT_MATTER = Keys({**_METADATA, "format": _CHANGED_FORMATS}, required=("title",), instead=_INSTEAD)

# A profile changes metadata, formats' options, the layout and the folder of the outputs.
PROFILE_FILE = Keys(
    {
        "project": Keys({"output-dir": Text("a folder")}),
        **_METADATA,
        "format": _CHANGED_FORMATS,
        "manuscript-layout": _LAYOUT,
        "crossref-labels": Entries(Text("the words around {number}")),
    },
    instead=_INSTEAD,
)

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
        # here alone, so that the documents and the lint read the same: no profile and no document changes them
        "funding": Text("who paid, under which numbers"),
        "declarations": keys_of(DeclarationSettings),
        "ledger": keys_of(LedgerSettings),
        "manuscript-layout": _LAYOUT,
        "submission": keys_of(SubmissionSettings),
        "review-choices": Text("the name of a Python module"),
        **_METADATA,
    },
    required=("project", "format", "citeproc"),
    instead=_INSTEAD,
)

# What the engines themselves act on; everything else reaches pandoc, filters and templates as metadata.
ENGINE_KEYS: frozenset[str] = frozenset(
    {"project", "format", "filters", "ledger", "submission", "review-choices", "execute", "jupyter"}
    | {"fig-width", "fig-height", "font-paths", "pdf-standard"}
    | (_COMMON.keys() - {"number-headings", "number-origins", "toc-title", "link-citations", "link-bibliography"})
    | _OPTIONS["html"].keys()
    | _OPTIONS["docx"].keys()
)

# Metadata that is lost unless the format's template prints it.
TEMPLATE_KEYS: dict[str, frozenset[str]] = {
    "html": frozenset({"subtitle", "date", "toc-title"}),
    "typst": frozenset({"subtitle", "date", "toc-title", *_OPTIONS["typst"]} - ENGINE_KEYS),
    "docx": frozenset(),
    "jats": frozenset(),
}
