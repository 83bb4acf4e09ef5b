"""The bundle that goes to a journal: documents, figures, tables, checklists, data, code and their checksums."""
