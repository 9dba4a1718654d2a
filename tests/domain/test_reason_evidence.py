"""Reasons of a due item, put together from what the plan keeps."""

import json
from datetime import date

from recall_tui.domain.reason_evidence import BETWEEN, FIELDS, reasons_of

DUE: dict[str, object] = {
    "due_on": date(2027, 5, 15),
    "is_open": True,
    "overdue_since": None,
    "window_opens": date(2027, 2, 20),
    "done_on": None,
    "closed_by": None,
    "last_done": date(2026, 5, 10),
    "early_days": None,
    "every": "12 months",
    "recalls": '["diabetes"]',
    "held": False,
    "hold_words": None,
    "high_risk": True,
    "long_gap_days": 370,
}
KNOWN = {
    "kind": "anchored",
    "started": "2010-01-10",
    "next_recall": "2027-05-15",
    "source": "birthday",
    "last_code": "999791000000106",
    "last_value": "48.0",
    "qof_by": "2027-03-31",
    "qof_ids": '["DM037"]',
}


def _reasons(known: dict[str, str], **columns: object) -> list[tuple[object, ...]]:
    text = BETWEEN.join(known.get(name, "") for name in FIELDS)
    told = json.loads(reasons_of({**DUE, **columns, "reasons": text}))
    return [tuple(one.values()) for one in told]


def test_an_open_item_tells_who_asks_why_then_what_was_done_and_what_follows() -> None:
    """The most telling reason comes first, and each carries its evidence."""
    assert _reasons(KNOWN) == [
        ("asked_by", ["diabetes"]),
        ("high_risk",),
        ("started", "2010-01-10"),
        ("recall_date", "12 months", "2027-05-15", "birthday"),
        ("last_done", "2026-05-10", "999791000000106", 48.0),
        ("long_gap", 370),
        ("qof_year", "2027-03-31", ["DM037"]),
        ("window", "2027-02-20", "2027-05-15"),
    ]


def test_a_finished_item_tells_when_it_was_done_and_nothing_of_what_is_open() -> None:
    """The QOF year and the window are of the open item; a value of another day is not told."""
    done = {"is_open": False, "closed_by": "evidence", "high_risk": False, "long_gap_days": None}
    told = _reasons(KNOWN, **done, done_on=date(2026, 5, 10))
    assert told[2:] == [
        ("recall_date", "12 months", "2027-05-15", "birthday"),
        ("done", "2026-05-10", "2027-05-15", "999791000000106", 48.0),
    ]
    assert _reasons(KNOWN, **done, done_on=date(2026, 4, 1))[3:] == [
        ("done", "2026-04-01", "2027-05-15")
    ]


def test_words_of_a_hold_and_of_a_rule_arrive_as_they_were_written() -> None:
    """Quotes, tabs and letters of any alphabet in words change nothing around them."""
    words = 'told\t"no" - é'
    choice = json.dumps({"code": "variation", "every": "3 months", "words": words})
    told = _reasons({**KNOWN, "choice": choice}, held=True, hold_words=words)
    assert ("on_hold", words) in told
    assert ("variation", "3 months", words) in told


def test_reasons_stored_as_a_list_are_read_as_they_are() -> None:
    """A plan stored before an upgrade is told as it was until it is made anew."""
    assert reasons_of({**DUE, "reasons": '[{"code":"once"}]'}) == '[{"code":"once"}]'
    assert reasons_of({**DUE, "reasons": None}) == "[]"


def test_what_several_recalls_ask_for_is_not_told_to_begin_with_one_of_them() -> None:
    """Needed since 2020 for the drug, overdue since 2010 for the disease: nobody could say both."""
    assert _reasons(KNOWN, recalls='["acei_arb","hypertension"]')[2][0] == "recall_date"
    assert _reasons(KNOWN, recalls=["diabetes"])[2] == ("started", "2010-01-10")
