"""What the evidence says: every result of this review."""
