"""What spreads a batch: the worker's loop, and where it runs."""
