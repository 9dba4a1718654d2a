"""Queues beside the month: which reader answers what is asked.

One's own is counted in every session; the others are loaded when somebody opens them.
"""

from collections.abc import Callable

from sqlalchemy import Connection

from recall_tui.views.queues import Queue, QueueAsk, QueueRow, QueueView

Reader = Callable[[Connection, int, QueueAsk], tuple[QueueRow, ...]]


def read_queue(connection: Connection, practice_id: int, ask: QueueAsk) -> QueueView:
    """Return a queue."""
    return QueueView(ask, _reader(ask.queue)(connection, practice_id, ask))


def _reader(queue: Queue) -> Reader:
    """Return what reads a queue, and load it."""
    match queue:
        case Queue.MINE:
            from storage.readers.mine import mine as read  # noqa: PLC0415 - the one that is asked
        case Queue.TRAY:
            from storage.readers.tray import tray as read  # noqa: PLC0415 - as above
        case Queue.CODING:
            from storage.readers.coding_queue import coding as read  # noqa: PLC0415 - as above
        case Queue.ATTENDING | Queue.CLOSED:
            from storage.readers import book_queues as book  # noqa: PLC0415 - as above

            read = book.attending if queue is Queue.ATTENDING else book.closed
        case Queue.BLOODS_DONE | Queue.PRESCRIBER | Queue.CARE_HOME:
            from storage.readers.due_queues import READERS  # noqa: PLC0415 - as above

            read = READERS[queue]
    return read
