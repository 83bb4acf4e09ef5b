"""A result in, a matplotlib figure out. Every text in a figure comes from ``analysis.printing.numbers``."""
