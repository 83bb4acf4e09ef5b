"""Evidence in, results out: no rendering, no printing, no rounding."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
#: the folder that holds the documents, data/ and this package
PROJECT = PACKAGE.parent
