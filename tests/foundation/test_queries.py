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


@pytest.mark.parametrize("fault", [BadInput("no such item"), KeyboardInterrupt(), SystemExit(3)])
def test_what_ends_the_work_comes_out_as_it_is(fault: BaseException) -> None:
    """A fault in the work, or a person who stops it, is told to whoever asked, the very same."""

    @in_this_thread
    def failing() -> None:
        raise fault

    with pytest.raises(type(fault)) as found:
        failing()
    assert found.value is fault
