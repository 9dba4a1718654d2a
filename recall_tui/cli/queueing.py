"""recall queue: the lists beside the month."""

from dataclasses import replace

import click

from recall_tui.bootstrap import House
from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.deciding import day
from recall_tui.cli.output import emit_json, emit_rows, say
from recall_tui.domain.teams import names_of, teams_of
from recall_tui.errors import UsageProblem
from recall_tui.views.queues import QUEUE_WORDS, Queue, QueueAsk, QueueRow, printed
from recall_tui.views.words import STAFF_WORDS
from screens.privacy import shown_queue_row

QUEUES_SCHEMA = "recall.queues/1"
QUEUE_SCHEMA = "recall.queue/1"
HEADERS = ("patient", "name", "why", "on", "at", "staff group", "what", "items", "detail")


@click.command("queue")
@click.argument("name", required=False)
@click.option("--days", type=click.IntRange(1, 366), default=7, help="Of an attendance or closure.")
@click.option("--from", "first", metavar="DATE", help="The first day (default: today).")
@click.option("--staff", default="", help="Only this staff group.")
@click.option("--with", "whose", default="", help="Of a closure: only this person's, by name.")
@click.option("--print", "sheet", is_flag=True, help="As a sheet with boxes to tick.")
@common
def queue_command(  # noqa: PLR0913 - one parameter an option
    given: Given,
    *,
    name: str | None,
    days: int,
    first: str | None,
    staff: str,
    whose: str,
    sheet: bool,
) -> None:
    """Show a queue beside the month; without a NAME which there are, and how many are in each."""
    house = open_house(given)
    try:
        if name is None:
            _list(given, _counts(house))
            return
        ask = _wanted(_ask(house, _named(name)), (days, first), staff, whose)
        from recall_tui.house_desk import HouseDesk

        view, names = house.store.queue(ask), HouseDesk(house).names()
        if view.rows:
            house.people.note(f"queue {ask.queue}", view.patients)
    finally:
        house.close()
    if given.as_json:
        emit_json(QUEUE_SCHEMA, [_shape(row, str(ask.queue)) for row in view.rows])
        return
    view = replace(view, rows=tuple(map(shown_queue_row, view.rows)))
    if sheet:
        for line in printed(view, names):
            say(line)
    else:
        emit_rows(HEADERS, [
            (row.patient, row.name, row.heading(names), row.on, row.at, row.staff_group, row.facts,
             ", ".join(names.item(item) for item in row.items), row.detail)
            for row in view.rows
        ])  # fmt: skip


def _ask(house: House, queue: Queue) -> QueueAsk:
    owners = names_of(house.actor.login, teams_of(house.store.shared_changes()))
    return QueueAsk(queue, house.today, owners=owners)


def _wanted(ask: QueueAsk, span: tuple[int, str | None], staff: str, whose: str) -> QueueAsk:
    """Return an ask of these days (how many, from when), this staff group and this person."""
    if ask.queue is Queue.CLOSED and staff not in STAFF_WORDS:
        message = f"which staff group is closed? --staff {' | '.join(STAFF_WORDS)}"
        raise UsageProblem(message)
    days, first = span
    begins = day(first) if first else None
    return replace(ask, days=days, first=begins, staff_group=staff, clinician=whose)


def _named(name: str) -> Queue:
    try:
        return Queue(name.strip().lower().replace("_", "-"))
    except ValueError as fault:
        words = f"there is no queue {name}; there is: {', '.join(Queue)}"
        raise UsageProblem(words) from fault


def _counts(house: House) -> list[tuple[str, str, int]]:
    return [
        (str(queue), words, len(house.store.queue(_ask(house, queue)).patients))
        for queue, words in QUEUE_WORDS.items()
    ]


def _list(given: Given, counts: list[tuple[str, str, int]]) -> None:
    headers = ("queue", "words", "patients")
    if given.as_json:
        emit_json(QUEUES_SCHEMA, [dict(zip(headers, one, strict=True)) for one in counts])
    else:
        emit_rows(headers, counts)


def _shape(row: QueueRow, queue: str) -> dict[str, object]:
    return {
        "queue": queue,
        "patient": row.patient,
        "name": row.name,
        "group": row.group,
        "recall": row.recall or None,
        "what": row.facts,
        "on": row.on,
        "at": row.at or None,
        "staff_group": row.staff_group or None,
        "items": list(row.items),
        "detail": row.detail or None,
    }
