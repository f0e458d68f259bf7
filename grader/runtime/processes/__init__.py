"""Who forks whom, and who buries whom: supervisor, nursery, interpreters, what was left behind."""
