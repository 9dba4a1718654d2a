"""How queries are carried out says nothing about their answers."""

import signal
import threading

import polars as pl
import pytest

from recall_tui.errors import BadInput
from recall_tui.queries import in_this_thread

NUMBERS = pl.DataFrame({"number": range(100), "other": range(100)})


@in_this_thread
def _sum_below(limit: int, *, at_least: int) -> tuple[int, int]:
    some = NUMBERS.filter(pl.col("number").is_between(at_least, limit, closed="left"))
    joined = some.join(NUMBERS, left_on="number", right_on="other")
    return joined.select(pl.col("other").sum()).item(), threading.get_ident()


def test_the_answer_is_that_of_the_same_thread() -> None:
    """Work answers with what was asked and is done right here, work within work too."""
    within = in_this_thread(lambda: _sum_below(10, at_least=5))
    assert within() == (35, threading.get_ident())


def test_several_threads_work_at_once() -> None:
    """Threads that wait for one another inside such work all come to an end, each in its own."""
    together = threading.Barrier(3, timeout=10)
    found: list[bool] = []

    @in_this_thread
    def work() -> None:
        together.wait()
        answers = {_sum_below(100, at_least=1) for _time in range(5)}
        together.wait()
        found.append(answers == {(4950, threading.get_ident())})

    threads = [threading.Thread(target=work) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [True] * 3


@pytest.mark.parametrize("fault", [BadInput("no such item"), KeyboardInterrupt(), SystemExit(3)])
def test_what_ends_the_work_comes_out_as_it_is(fault: BaseException) -> None:
    """A fault in the work, or a person who stops it, is told to whoever asked, the very same."""

    @in_this_thread
    def failing() -> None:
        raise fault

    with pytest.raises(type(fault)) as found:
        failing()
    assert found.value is fault
    assert found.value.__cause__ is None


def test_a_key_press_ends_it() -> None:
    """Ctrl-C is heard in the midst of the work, and nothing after it is done."""
    done: list[str] = []

    @in_this_thread
    def interrupted() -> None:
        done.append("begun")
        _sum_below(10, at_least=5)
        signal.raise_signal(signal.SIGINT)
        done.append("went on")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert done == ["begun"]
