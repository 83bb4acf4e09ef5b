"""Results to tables. ``frame`` writes a table, ``manuscript`` and ``supplement`` say what stands in each."""
