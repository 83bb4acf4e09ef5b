"""Searches of databases: exports read, copies recognised, and what two screeners decided, brought into data/."""
