"""What was read: data/ checked and typed."""
