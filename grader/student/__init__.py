"""One person's own work: attempts, progress, hints, watching a file, handing in."""
