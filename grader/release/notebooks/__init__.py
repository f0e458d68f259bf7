"""nbgrader's notebooks: their source and student forms, and what judges in them."""
