"""The session ledger and the month's progress at the keyboard."""

from tests.screens.session import LARGE, SMALL, at_work


async def test_what_was_done_is_told_and_taken_back_from_the_ledger() -> None:
    """By verb and one by one; Enter and y take one back, h shows the hand-over note."""
    async with at_work(size=SMALL) as session:
        row = await session.go_to_calm()
        await session.press("a", "enter", "n")
        await session.type("Rings on Friday")
        await session.press("enter", "L")
        session.golden("ledger")
        await session.press("down", "enter")
        assert "Take this back?" in session.words
        await session.press("y")
        assert session.desk.store.choice(row.patient).owner == ""
        assert "In this session: 1 noted" in session.words
        await session.press("h")
        assert "Done by jo since 12:00 on 7 Dec 2026" in session.text
        await session.press("escape", "t")
        assert "Today: 1 noted" in session.words
        await session.press("h", "s")
        assert "Saved to /home/jo/spool/handover.txt" in session.text
        assert session.desk.exported[-1][0] == "Done by jo since 00:00 on 7 Dec 2026"
        assert session.desk.accesses[-1] == ("save handover", (row.patient,))


async def test_the_month_says_when_it_is_empty() -> None:
    """How many are left, at which pace, until when, and what blocks the rest."""
    async with at_work(size=LARGE) as session:
        await session.press("M")
        session.golden("progress")
