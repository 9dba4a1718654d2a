"""Running Alembic inside a transaction that is already open."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

FOLDER = Path(__file__).parent


def configuration(connection: Connection) -> Config:
    """Return the configuration that makes Alembic work on ``connection`` and no other."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection, to: str = "head") -> None:
    """Migrate up; nothing is committed here."""
    command.upgrade(configuration(connection), to)


def downgrade(connection: Connection, to: str = "base") -> None:
    """Migrate down; nothing is committed here."""
    command.downgrade(configuration(connection), to)
