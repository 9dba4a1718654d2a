"""The card of the first run."""

WELCOME_SECONDS = 30
WELCOME = """\
Type a patient's number: the look-up opens by itself. l finds by phone or name.
Enter shows what to book.
/ narrows the list, space marks, i invites.
u takes back what you did last, since you came in; every message says so.
m shows everything there is, ? the keys. Nothing is written without asking."""
SIMPLE_WELCOME = """\
Type a patient's number, or a name and year of birth, or the phone that rings: \
the look-up opens by itself.
Enter shows what to book: a accepts what fits, b notes another day.
Ctrl+Z takes back what you did last, since you came in; every message says so.
F10 shows everything there is, ? the keys. Nothing is written without asking."""
"""For the simple screen, whose list takes letters as names, and has no marks and no batches."""
