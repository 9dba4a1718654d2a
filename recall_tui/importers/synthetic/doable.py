"""What has to be recorded so that an item of the shipped pack counts as done."""

from dataclasses import dataclass

from recall_tui.importers.synthetic.chart import Chart
from recall_tui.importers.synthetic.codes import NEVER_SMOKED, Code
from recall_tui.importers.synthetic.needs import KIDNEYS, LIPIDS


@dataclass(frozen=True, slots=True)
class Record:
    """Measurements by name, and codes that stand alone."""

    results: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()


DOABLE: dict[str, Record] = {
    "hba1c": Record(("hba1c",)),
    "ue": Record(KIDNEYS),
    "egfr": Record(("egfr",)),
    "lipids": Record(LIPIDS),
    "acr": Record(("acr",)),
    "tsh": Record(("tsh",)),
    "lithium_level": Record(("lithium_level",)),
    "bp": Record(("systolic", "diastolic")),
    "bmi": Record(("weight", "bmi")),
    "smoking": Record((), (NEVER_SMOKED,)),
}


def complete(chart: Chart, item: str, day: int) -> None:
    """Record ``item`` as done on ``day``.

    Raises:
        KeyError: the synthetic practice does not know the item.
    """
    record = DOABLE[item]
    chart.results(record.results, day)
    for code in record.codes:
        chart.code(code, day)
