"""Measurements: each step in a process of its own, beside its floor, in one run."""
