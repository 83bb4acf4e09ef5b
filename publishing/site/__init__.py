"""The verified outputs as a folder that any static host can serve."""
