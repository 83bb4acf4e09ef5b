"""The tree of results that any review has, what may be said of it, and its second computation."""
