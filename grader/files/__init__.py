"""Files on a disk: read what others wrote, write so that nothing is lost, names, tables and templates."""
