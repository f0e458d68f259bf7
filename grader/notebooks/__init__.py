"""Notebooks: reading what students hand in, and writing nbgrader's source and student forms."""
