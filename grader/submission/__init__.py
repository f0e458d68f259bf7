"""What came in: one file, a notebook, a class's folder, the inbox."""
