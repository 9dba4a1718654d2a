"""Which events of the record are invites, and which recalls they ask about."""

import json
from datetime import date

import polars as pl

from recall_tui.frames import EVENTS
from recall_tui.planning.record_invites import record_invites
from tests.support.shipped_rules import shipped_rules

DM_SMS = "1066911000000100"
QOF_INVITE = "1109921000000106"
"""In the clusters of diabetes and of hypertension (recall_domain.md B3)."""

ANNUAL_REVIEW = "887821000000102"
"""For all long-term conditions at once (recall_domain.md B3: Ardens)."""

SOMETHING = "44054006"
RULES = shipped_rules()


def _found(*events: tuple[str, str | None, str]) -> object:
    """Return the invites of one patient with these events: code, kind and precision."""
    rows = [
        {"code": code, "event_date": date(2026, 11, 1 + at), "precision": precision, "kind": kind}
        for at, (code, kind, precision) in enumerate(events)
    ]
    schema = {name: EVENTS[name] for name in ("code", "event_date", "precision", "kind")}
    frame = pl.DataFrame(rows, schema=schema).with_columns(pl.lit(0, pl.UInt32).alias("pid"))
    found = record_invites(frame, RULES)
    return json.loads(found["record_invites"].item()) if found.height else []


def test_a_code_of_a_cluster_asks_about_its_recalls() -> None:
    """Whatever kind the file gives it; one code may ask about several conditions."""
    assert _found((DM_SMS, "done", "D"), (QOF_INVITE, "invite", "D"), (DM_SMS, None, "D")) == [
        ["2026-11-01", ["diabetes"]],
        [
            "2026-11-02",
            [
                *("af", "asthma", "chd", "ckd", "copd", "dementia", "diabetes", "heart_failure"),
                *("hypertension", "ndh", "pad", "smi", "stroke_tia"),
            ],
        ],
        ["2026-11-03", ["diabetes"]],
    ]


def test_an_invite_by_kind_alone_asks_about_nothing_known() -> None:
    """It counts for the patient only."""
    assert _found((SOMETHING, "invite", "D")) == [["2026-11-01", []]]


def test_one_invite_to_all_annual_reviews_asks_about_each() -> None:
    """Where the practice invites by one code, a file without kinds says so by that code."""
    asked = _found((QOF_INVITE, None, "D"))
    assert _found((ANNUAL_REVIEW, None, "D")) == asked


def test_what_is_no_invite() -> None:
    """A declined or requested one, one without a day, and any other code."""
    kinds = ((DM_SMS, "declined", "D"), (DM_SMS, "request", "D"), (DM_SMS, "invite", "M"))
    assert _found(*kinds, ("44054006", "done", "D")) == []
