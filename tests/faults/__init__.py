"""Faults of the machine, made on purpose: python -m tests.faults writes docs/faults.md."""
