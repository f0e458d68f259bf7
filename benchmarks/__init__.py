"""Timings of the whole system, always side by side in one run; see docs/performance.md."""
