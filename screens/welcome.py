"""The card of the first run."""

WELCOME_SECONDS = 30
WELCOME = """\
Type a patient's number: the look-up opens by itself. l finds by phone or name.
Enter shows what to book.
/ narrows the list, space marks, i invites, u takes back what you did last.
m shows everything there is, ? the keys. Nothing is written without asking."""
