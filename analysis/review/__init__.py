"""What this review chooses and claims, and no other: ``analysis.review.choices`` is named in ``_quarto.yml``."""
