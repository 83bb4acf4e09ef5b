"""Evidence in, results out: no rendering, no printing, no rounding."""
