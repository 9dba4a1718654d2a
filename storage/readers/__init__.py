"""Readers: what is asked for on one side, a frozen view on the other, from one snapshot."""
