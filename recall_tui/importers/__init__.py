"""Importers: files in, canonical frames and row problems out."""
