"""What crosses between the two sides, and what both share: values, frames, probes, settings, faults, phrases."""
