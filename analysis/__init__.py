"""Evidence in, results out: no rendering, no printing, no rounding."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
#: the folder that holds this package
HOME = PACKAGE.parent
#: what makes a folder a review
MARKS = ("_quarto.yml", "data/datapackage.json")


def project(start: Path) -> Path:
    """The review that ``start`` lies in: the nearest folder upwards with metadata and data; ``HOME`` without one."""
    here = start.resolve()
    return next((at for at in (here, *here.parents) if all((at / mark).is_file() for mark in MARKS)), HOME)


#: the folder that holds the documents and data/ of the review that a command is run for
PROJECT = project(Path.cwd())
