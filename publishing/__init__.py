"""Documents to HTML, PDF and DOCX, and the check of what was printed. Knows nothing of meta-analysis."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
TEMPLATES, FILTERS, PROFILES = PACKAGE / "templates", PACKAGE / "filters", PACKAGE / "profiles"
