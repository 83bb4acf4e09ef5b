"""The choices of this review, its tree of results and the claims on it."""
