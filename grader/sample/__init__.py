"""A class that nobody is in: submissions as students hand them in, with the score that each must get."""
