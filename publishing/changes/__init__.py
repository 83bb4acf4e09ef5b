"""What changed between two versions of the project: printed numbers with their causes, and the text."""
