"""Tamperings with a page: what is done to ``manuscript.html``, and the words by which that must be named."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tampering import drawing_of

FILE = "manuscript.html"
NUMBER = 'href="origins.html#n-ratio.low"'
SVG_TEXT = re.compile(r"<text .*?</text>", re.DOTALL)

Case = tuple[Callable[[Path], None], tuple[str, ...]]


def put(old: str, new: str) -> Callable[[Path], None]:
    """The first ``old`` replaced."""

    def change(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def after(place: str, what: str) -> Callable[[Path], None]:
    return put(place, place + what)


def drawing(edit: Callable[[str], str]) -> Callable[[Path], None]:
    """The drawing inside the page changed."""

    def change(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        head, before, tail = drawing_of(text)
        edited = edit(before)
        assert edited != before
        path.write_text(head + edited + tail, encoding="utf-8")

    return change


def exchanged(svg: str) -> str:
    """Two labels in each other's place."""
    return svg.replace(">favours<", ">@<").replace(">0.5<", ">favours<").replace(">@<", ">0.5<")


def exchanged_whole(svg: str) -> str:
    """The order of two labels changed, each staying where it is seen, then their places exchanged."""
    _, second, third = SVG_TEXT.findall(svg)
    swapped = {'y="43.2"': 'y="64.8"', " 43.2)": " 64.8)"}
    back = {new: old for old, new in swapped.items()}

    def moved(text: str, table: dict[str, str]) -> str:
        for old, new in table.items():
            text = text.replace(old, new)
        return text

    return svg.replace(second, moved(second, swapped)).replace(third, moved(third, back))


def in_svg(what: str) -> Callable[[Path], None]:
    return drawing(lambda svg: svg.replace("</svg>", f"{what}</svg>"))


END = "</article>"
STYLE = '<style type="text/css">'
REMOTE = "https://example.org/x"
ELSEWHERE = "from elsewhere"
BRINGS = "an element that brings something in or leads away"
TEXT = "when it was rendered"

CASES: dict[str, Case] = {
    # what is fetched from elsewhere, or leads away
    "remote style sheet": (after("<head>", f'<link rel="stylesheet" href="{REMOTE}.css">'), ("<link>", BRINGS)),
    "import in a style sheet": (
        after(STYLE, f"@import url({REMOTE}.css);"),
        ("<style>", ELSEWHERE),
    ),
    "picture behind a style": (
        put("<article>", f'<article style="background: url({REMOTE}.png)">'),
        ("its style loads", ELSEWHERE),
    ),
    "frame": (after(END, f'<iframe src="{REMOTE}"></iframe>'), ("<iframe>", BRINGS)),
    "frame with a page of its own": (after(END, '<iframe srcdoc="<p>All lived</p>"></iframe>'), ("<iframe>", BRINGS)),
    "refresh": (
        after("<head>", f'<meta http-equiv="refresh" content="0;url={REMOTE}">'),
        ("tells the browser what to do (refresh", REMOTE),
    ),
    "remote picture": (after(END, f'<img src="{REMOTE}.png" alt="">'), ("<img>", ELSEWHERE)),
    "remote pictures by size": (after(END, f'<img srcset="{REMOTE}.png 2x" alt="">'), ("<img>", ELSEWHERE)),
    "embedded thing": (after(END, f'<embed src="{REMOTE}.pdf">'), ("<embed>", BRINGS)),
    "object": (after(END, f'<object data="{REMOTE}.pdf"></object>'), ("<object>", BRINGS)),
    "film": (after(END, f'<video src="{REMOTE}.mp4"></video>'), ("<video>", BRINGS)),
    "base of all links": (after("<head>", f'<base href="{REMOTE}/">'), ("<base>", BRINGS)),
    "form": (after(END, f'<form action="{REMOTE}"><input name="a"></form>'), ("<form>", "<input>")),
    "button": (after(END, "<button>Correct version</button>"), ("<button>", BRINGS)),
    "field with a number": (after(END, '<input value="99 deaths">'), ("99 deaths", BRINGS)),
    # code
    "script": (after(END, "<script>document.title = 1</script>"), ("a script is not one of the project's",)),
    "remote script": (after(END, f'<script src="{REMOTE}.js"></script>'), ("a script is not one of the project's",)),
    "event": (put("<article>", '<article onmouseover="x()">'), ("the attribute onmouseover runs a script",)),
    "script as an address": (put(NUMBER, 'href="javascript:x()"'), ("the attribute href runs a script",)),
    "page inside a link": (
        put(NUMBER, 'href="data:text/html,&lt;script&gt;x()&lt;/script&gt;"'),
        ("opens what it holds itself",),
    ),
    "script in a drawing": (in_svg("<script>x()</script>"), ("drawing, <script>", "holds code")),
    "event in a drawing": (
        drawing(lambda svg: svg.replace("<svg ", '<svg onload="x()" ')),
        ("drawing, <svg>", "the attribute onload runs a script"),
    ),
    "page in a drawing": (in_svg("<foreignObject><p>9</p></foreignObject>"), ("<foreignobject>",)),
    "paragraph in a drawing": (
        in_svg("<p>All treated lived.</p>"),
        ("drawing, <p>", "“All treated lived.” stands here"),
    ),
    "words in a drawing": (in_svg("All treated lived."), ("“All treated lived.” stands here",)),
    "words over a drawing": (in_svg("<title>All treated lived.</title>"), ("drawing, <title>",)),
    "picture in a drawing": (
        in_svg(f'<image xlink:href="{REMOTE}.png"/>'),
        ("drawing, <image>", "leads to, or loads"),
    ),
    "style from elsewhere in a drawing": (in_svg(f"<style>@import url({REMOTE});</style>"), ("drawing, <style>",)),
    # drawings
    "exchanged labels": (drawing(exchanged), ("“0.5” stands where “favours” was drawn",)),
    "exchanged places of labels": (drawing(exchanged_whole), ("“favours” stands where “0.5” was drawn",)),
    "moved label": (
        drawing(lambda svg: svg.replace('y="43.2"', 'y="80"')),
        ("“favours” stands where nothing was drawn",),
    ),
    "digit in a drawing": (drawing(lambda svg: svg.replace("0.79 (", "0.97 (")), ("not those it was drawn with",)),
    "what is spoken of a drawing": (
        put('aria-label="A plot of 0.79', 'aria-label="A plot of 0.97'),
        ("the alternative text is not the one that was printed",),
    ),
    "a drawing that cannot be seen": (
        drawing(lambda svg: svg.replace("<svg ", '<svg style="display: none" ', 1)),
        ("is hidden",),
    ),
    "label gone": (
        drawing(lambda svg: svg.replace(SVG_TEXT.findall(svg)[1], "")),
        ("not those it was drawn with",),
    ),
    "shape in a drawing": (in_svg('<rect width="9" height="9"/>'), ("what differs: drawing 1",)),
    "colour in a drawing": (
        drawing(lambda svg: svg.replace("font-size:10px", "font-size:10px;fill:white", 1)),
        ("drawing 1",),
    ),
    # text
    "text after the body": (put("</body>", "</body>All treated lived."), ("“All treated lived.” stands here",)),
    "text after the page": (put("</html>", "</html>All treated lived."), ("stands after the page's end",)),
    "skip link": (put("Skip to the text", "99 of 100 died"), ("“99” is a number without a key",)),
    "contents": (put('id="toc-references">References', 'id="toc-references">Fraud'), ("“Fraud” is no heading",)),
    "second contents": (after(END, '<nav id="TOC"><a href="#references">Fraud</a></nav>'), ("two places have this",)),
    "words": (put("of the treated", "of the untreated"), ("text differs from manuscript", TEXT)),
    "paragraph added": (after(END, "<p>Stop the trial.</p>"), ("“Stop the trial.” stands here, and nothing did",)),
    "paragraph gone": (
        lambda path: path.write_text(re.sub(r"<p>As before.*?</p>", "", path.read_text(), flags=re.DOTALL)),
        ("is gone that stood here",),
    ),
    "row gone": (
        lambda path: path.write_text(re.sub(r"<tr>\s*<td[^>]*>MSC.*?</tr>", "", path.read_text(), flags=re.DOTALL)),
        ("passages are gone that stood here", "nothing carries that key"),
    ),
    "reference": (put("Improved tests for", "Worse tests for"), ("Worse tests", TEXT)),
    "title": (put("<title>", "<title>Withdrawn: "), ("description in the head",)),
    "key words": (after("<head>", '<meta name="keywords" content="fraud">'), ("description in the head",)),
    "hidden text": (put("<p>As before", '<p style="display:none">As before'), ("is hidden",)),
    "hidden attribute": (put("<p>As before", "<p hidden>As before"), ("is hidden",)),
    "text of no size": (put("<p>As before", '<p style="font-size: 0px">As before'), ("is hidden",)),
    "struck text": (put("As before", "<del>As before</del>"), ("“As before” is struck out",)),
    "struck by a style": (
        put("<p>As before", '<p style="text-decoration: line-through">As before'),
        ("is struck out",),
    ),
    "words by a style sheet": (
        after(STYLE, 'p::after { content: "9 died" }'),
        ("style sheet 1",),
    ),
    "hidden by a style sheet": (after(STYLE, "table { display: none }"), ("style sheet 1",)),
    "address of a file": (put('href="manuscript.pdf"', f'href="{REMOTE}.pdf"'), (f"leads to {REMOTE}.pdf",)),
    "words among the files": (
        put(">Word</a>", ">Word</a> All treated lived."),
        ("“PDF Word All treated lived.",),
    ),
    "data of a figure": (put('"deaths"],"rows"', '"births"],"rows"'), ("data of figures",)),
    "card of a line": (put('"text":"12 of 100"', '"text":"21 of 100"'), ("data of figures",)),
    "reason on a card": (put("as counted", "as guessed"), ("data of figures",)),
    "what another document says": (put('"caption":"Table S1: Every', '"caption":"Table S1: No'), ("previews",)),
    "comment": (after(END, "<!-- a comment -->"), ("comments",)),
    "formula": (put("<mn>2</mn>", "<mn>3</mn>"), ("formula 1",)),
    "class of a cell": (put('style="text-align: right;"', ""), ("elements and their attributes",)),
    "blank": (after("</main>", " \n"), ("its texts, numbers, links and drawn texts are those",)),
    # links and numbers
    "link of a DOI": (
        put('href="https://doi.org/10.1002/sim.1482"', f'href="{REMOTE}"'),
        (f"“https://doi.org/10.1002/sim.1482” leads to {REMOTE}",),
    ),
    "link of a citation": (put('href="#ref-sidik2002"', 'href="#ref-knapp2003"'), ("leads to #ref-knapp2003",)),
    "link of a number": (put(NUMBER, 'href="origins.html#n-ratio.high"'), ("leads to origins.html#n-ratio.high",)),
    "link of a section": (put('href="#sec-introduction"', 'href="#sec-results"'), ("leads to #sec-results",)),
    "link gone": (
        lambda path: path.write_text(re.sub(r'<a href="https://doi[^>]*>(.*?)</a>', r"\1", path.read_text())),
        ("a link is gone",),
    ),
    "key taken away": (put('data-key="trials"', ""), ("“five” is a number without a key",)),
    "claim": (put("favoured therapy", "harmed patients"), ("harmed patients", TEXT)),
    "other signs": (
        lambda path: path.write_bytes(path.read_bytes().replace(b"As before", b"\xff", 1)),
        ("is not the text that stood here",),
    ),
    "not a page": (lambda path: path.write_bytes(b""), ("can't be read as HTML",)),
}
