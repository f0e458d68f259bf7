"""The store of a class: what was handed in, how it was judged, what was changed by hand, and who did what."""
