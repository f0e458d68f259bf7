"""Mechanical mutants: the reference with one thing changed by rote, and which of them do what it does."""
