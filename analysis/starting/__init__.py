"""The beginning of another review: a folder that renders at once, with empty tables and sentences saying so."""
