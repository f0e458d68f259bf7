"""What is asked: a course and its assignments, their statements, stubs and exercises, and the scaffold of a new one."""
