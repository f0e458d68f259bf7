"""Notebooks that students hand in: read, and sifted for what the tasks need."""
