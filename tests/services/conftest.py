"""Services are tried on the real stores, with a plan made by hand."""

from tests.storage.conftest import (  # noqa: F401 - fixtures
    database,
    database_url,
    sqlite_template,
    store,
)
