"""How queries are carried out says nothing about their answers."""

import threading

import polars as pl
import pytest

from recall_tui.errors import BadInput
from recall_tui.queries import in_this_thread


def test_the_answer_is_that_of_the_same_thread() -> None:
    """Work among whose queries are others' answers with what was asked, and is done right here."""

    @in_this_thread
    def doubled(number: int, *, more: int) -> tuple[int, int]:
        frame = pl.DataFrame({"number": [number, more]})
        return frame.select(pl.col("number").sum() * 2).item(), threading.get_ident()

    within = in_this_thread(lambda: doubled(3, more=4))
    assert within() == (14, threading.get_ident())


def test_what_goes_wrong_comes_out_as_it_is() -> None:
    """A fault in the work is raised to whoever asked, the very same one."""
    fault = BadInput("no such item")

    @in_this_thread
    def failing() -> None:
        raise fault

    with pytest.raises(BadInput) as found:
        failing()
    assert found.value is fault
