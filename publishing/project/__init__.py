"""The project as its files say it is: configuration, documents, outputs, and what they were made of."""
