"""Why each item of a patient stands where it stands, as it is read on the screen."""

from datetime import date

from recall_tui.views.reasoning import reason_lines
from storage.store import SqlStore
from tests.support.desk import AT, TODAY
from tests.support.extracts import due, extract, patient, plan
from tests.support.shipped_rules import shipped_rules

DONE = date(2026, 11, 3)
OPEN = date(2026, 11, 20)


def test_what_is_still_to_do_comes_first_and_says_where_it_stands(store: SqlStore) -> None:
    """Overdue high-risk monitoring first: nobody on the phone reads past what is done."""
    store.merge_extract(extract([patient("100")]), by="jo", at=AT, accept=False, dry_run=False)
    rows = [
        due("100", "hba1c", DONE, is_open=False, done_on=DONE, reasons='[{"code": "once"}]'),
        due("100", "lipids", OPEN, reasons='[{"code": "never_done"}]'),
        due("100", "ue", OPEN, high_risk=True, overdue_since=OPEN,
            reasons='[{"code": "never_done"}]'),
    ]  # fmt: skip
    store.merge_plan(plan(rows), None, AT)
    page = store.patient_page("100", TODAY)
    assert page is not None
    lines = list(reason_lines(page, shipped_rules()))
    assert lines[0].startswith("Kidney bloods (U&E)")
    assert lines[2:] == [
        "Cholesterol, due 20 Nov 2026: To invite",
        "  There is no record that it was ever done.",
        "HbA1c, due 3 Nov 2026: Done",
        "  Due once.",
    ]
