"""The commands of `learn`, by who needs them; `main.py` puts them together."""
