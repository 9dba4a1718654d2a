"""How queries are carried out says nothing about their answers."""

import signal
import threading

import polars as pl
import pytest

from recall_tui.errors import BadInput
from recall_tui.queries import in_one_thread

NUMBERS = pl.DataFrame({"number": range(100), "other": range(100)})


@in_one_thread
def _sum_below(limit: int, *, at_least: int) -> int:
    some = NUMBERS.filter(pl.col("number").is_between(at_least, limit, closed="left"))
    joined = some.join(NUMBERS, left_on="number", right_on="other")
    return joined.select(pl.col("other").sum()).item()


def test_work_within_work_answers() -> None:
    """What is asked of such work, and of such work within it, is what comes out."""
    assert in_one_thread(lambda: _sum_below(10, at_least=5))() == 35


def test_several_threads_work_at_once() -> None:
    """Threads that ask for such work at once all come to an end, each with its own answers."""
    found: dict[int, set[int]] = {}

    def ask(at_least: int) -> None:
        found[at_least] = {_sum_below(100, at_least=at_least) for _time in range(20)}

    threads = [threading.Thread(target=ask, args=(number,)) for number in (97, 98, 99)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == {97: {294}, 98: {197}, 99: {99}}


@pytest.mark.parametrize("fault", [BadInput("no such item"), KeyboardInterrupt(), SystemExit(3)])
def test_what_ends_the_work_comes_out_as_it_is(fault: BaseException) -> None:
    """A fault in the work, or a person who stops it, is told to whoever asked, the very same."""

    @in_one_thread
    def failing() -> None:
        raise fault

    with pytest.raises(type(fault)) as found:
        failing()
    assert found.value is fault
    assert found.value.__cause__ is None


def test_a_key_press_ends_it() -> None:
    """Ctrl-C is heard with the next query at the latest, and nothing after it is done."""
    done: list[str] = []

    @in_one_thread
    def interrupted() -> None:
        done.append("begun")
        signal.raise_signal(signal.SIGINT)
        _sum_below(10, at_least=5)
        done.append("went on")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert done == ["begun"]
