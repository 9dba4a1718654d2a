"""Two people on one list, each at a terminal of their own."""

import json

from tests.walkthrough.recorder import Recorder, fits_the_book
from tests.walkthrough.terminal import Terminal

SMALL = (80, 24)


def one_visit(page: Recorder) -> str:
    """Return a patient to invite who needs one appointment, and has it in the book."""
    for number, state in fits_the_book(page):
        answer = json.loads(page.recall("lookup", number, "--json"))
        if state == "outstanding" and len(answer["planned_appointments"]) == 1:
            return number
    message = "nobody to invite needs one appointment and has it in the book"
    raise AssertionError(message)


def two_people(page: Recorder) -> None:
    """Record two who open the same patient; one books, the other sees it and cannot book again."""
    page.say(
        "## Two people on one list",
        "An admin has the list open, a receptionist has the same patient on the phone.",
    )
    number = one_visit(page)
    admin = Terminal("recall-admin", page.environ, SMALL)
    reception = Terminal("recall-reception", page.environ, SMALL)
    try:
        for one in (admin, reception):
            one.until("EMIS no.")
            one.type(number)
            one.press("Enter")
            one.until("a accepts")
        page.say("Both open the patient; each is told that somebody else is there.")
        page.show(admin.until("Also here"))
        reception.settle()
        reception.press("a")
        reception.until("Booked")
        shown = admin.until(" booked")
        page.say("The receptionist presses `a`. The admin's window follows by itself:")
        page.show(shown)
        admin.press("a")
        page.say("and `a` there books nothing a second time.")
        page.show(admin.settle())
    finally:
        admin.close()
        reception.close()
    bookings = json.loads(page.recall("lookup", number, "--json"))["bookings"]
    assert len([one for one in bookings if one["state"] == "active"]) == 1, bookings
    page.balance("after both")
