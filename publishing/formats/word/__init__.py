"""What a DOCX needs beyond pandoc."""
