"""The machine that everything runs on: what is there, and what is missing."""
