"""What a cluster would do: recorded times of judging, measured costs of the store, and a simulation made of both."""
