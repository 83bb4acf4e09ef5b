"""Documents to HTML, PDF and DOCX, and the check of what was printed. Knows nothing of meta-analysis."""
