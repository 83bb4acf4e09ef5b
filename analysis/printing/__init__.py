"""What a printed number is: its kind, key, rule and log."""
