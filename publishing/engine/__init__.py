"""From documents to outputs: the built-in engine, or Quarto."""
