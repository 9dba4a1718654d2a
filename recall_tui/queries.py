"""How queries of frames are carried out: they are many and small, so their handling counts."""

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

import polars as pl

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")

HERE: Final = "in-memory"
"""The engine for lazy queries. Polars would take its streaming one, which begins tasks for each."""

AS_WRITTEN = pl.QueryOptFlags.none()
"""For wide selections: there is nothing to optimise, and looking for it costs more."""


def in_one_thread(work: Callable[_Given, _Answer]) -> Callable[_Given, _Answer]:
    """Return ``work``, all of whose queries are carried out by one thread, after one another.

    Polars hands a query to threads of its own and waits for them: for some thousand rows that costs
    several times what the query does, and of fifty thousand patients still more than the threads
    save. It does not from within what its streaming engine calls, so ``work`` is called from there.
    Were that to change, the answer would be the same, only later.

    It is the thread that asks or one of Polars' own, while the other waits: what waits for anybody
    has no place here. Ctrl-C ends ``work`` with the next query; a fault comes out as it is.
    """

    @wraps(work)
    def called(*given: _Given.args, **named: _Given.kwargs) -> _Answer:
        answers: list[_Answer] = []
        faults: list[BaseException] = []

        def answer(nothing: pl.DataFrame) -> pl.DataFrame:
            try:
                answers.append(work(*given, **named))
            except BaseException as fault:  # noqa: BLE001 - it is raised below
                faults.append(fault)
            return nothing

        try:
            pl.LazyFrame().map_batches(answer).collect(engine="streaming")
        except KeyboardInterrupt:
            # Of one Ctrl-C both the query in the work and this one around it tell.
            if not faults:
                raise
        if faults:
            raise faults.pop()
        return answers[0]

    return called
