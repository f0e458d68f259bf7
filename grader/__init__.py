"""Gradus: an automated grading and exercise platform for PyTorch."""

__version__ = "0.1.0"
