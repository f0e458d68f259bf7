"""What shares a process with a student's code: the candidate, its limits, the outline of a text."""
