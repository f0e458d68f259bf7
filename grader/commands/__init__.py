"""The commands of `learn`, by who needs them; `cli.py` puts them together."""
