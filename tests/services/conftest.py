"""Services are tried on the real stores, with a plan made by hand."""

from tests.storage.conftest import database, database_url, filling, stock, store

__all__ = ["database", "database_url", "filling", "stock", "store"]
