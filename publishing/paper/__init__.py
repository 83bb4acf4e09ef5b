"""The whole paper: made and verified where anything differs, or shown while its author writes."""
