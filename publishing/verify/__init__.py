"""The outputs read from scratch and held against the results: every number in them must have an origin."""
