"""Where grades go: each module takes a gradebook as a value and writes what one other program reads."""
