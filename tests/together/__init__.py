"""Several people at once on one store: every pair of deeds, and any order of them."""
