"""Where a printed number comes from, and the same number by other code."""
