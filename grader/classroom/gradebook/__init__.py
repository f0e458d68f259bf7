"""What a class's attempts come to: grades, lateness, the table."""
