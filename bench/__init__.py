"""Timings, as ratios between programs in one run."""
