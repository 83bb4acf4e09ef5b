"""The files that readers open: HTML, PDF, DOCX, JATS, and what pandoc leaves to be done on them."""
