"""The textbook: pure statistics on arrays, knowing no trial, no file and no table library."""
