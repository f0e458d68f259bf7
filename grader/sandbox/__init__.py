"""Where submissions run: one protocol, two back ends (`process`, `docker`), and what both need."""
