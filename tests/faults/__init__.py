"""Faults put into a real portal on purpose, and what must hold afterwards; see README.md."""
