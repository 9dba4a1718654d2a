"""Statements that are compiled once for all the stores that a test process opens.

SQLAlchemy keeps compiled statements for each engine. A program opens one; the tests open thousands,
and compiling was the most of what a command cost them.
"""

from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import Compiled

Asked = tuple[Any, ...]
"""A statement as SQLAlchemy asks for it: the dialect first."""

_MOST = 5_000


class _OfAll(dict[Asked, Compiled]):
    """What was compiled, whichever engine of a kind it was for."""

    def get(self, key: Asked, default: Any = None) -> Any:  # noqa: ANN401 - as dict says it
        return super().get(_of_kind(key), default)

    def __setitem__(self, key: Asked, value: Compiled) -> None:
        if len(self) >= _MOST:
            self.clear()
        super().__setitem__(_of_kind(key), value)


def _of_kind(key: Asked) -> Asked:
    dialect: Dialect = key[0]
    return type(dialect), dialect.driver, getattr(dialect.dbapi, "__name__", ""), *key[1:]


_COMPILED = _OfAll()


def _create_sharing(*given: Any, **named: Any) -> Engine:  # noqa: ANN401 - as SQLAlchemy takes them
    engine = create_engine(*given, **named)
    engine.update_execution_options(compiled_cache=_COMPILED)
    return engine


def share_compiled(patch: pytest.MonkeyPatch) -> None:
    """Let every store that is opened from now on use what others compiled."""
    _open_with(patch, _create_sharing)


def compile_alone(patch: pytest.MonkeyPatch) -> None:
    """Let every store that is opened from now on compile for itself, as the program's does."""
    _open_with(patch, create_engine)


def _open_with(patch: pytest.MonkeyPatch, create: Any) -> None:  # noqa: ANN401 - of two overloads
    patch.setattr("storage.sqlite.create_engine", create)
    patch.setattr("storage.postgres.create_engine", create)
