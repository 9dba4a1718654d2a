"""A small pack in words, for tests that break it in one place."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

PACK: Final = """\
contract_year = "2026/27"
medication_review = ["REVIEW_COD"]

[staff_costs]
nurse = 6
gp = 14
"""

FLAGS: Final = """\
[flags.frail]
name = "Frail"
on = ["FRAIL_COD"]
off = ["REVIEW_COD"]
"""

ITEMS: Final = """\
# Two items.
[items.sugar]
name = "Sugar"
clusters = ["SUGAR_COD"]
value = "required"
ranges = [
  { unit = "mmol/L", low = 1, high = 50 },
  { unit = "mg/dL", low = 20, high = 900, scale = 0.0555 },
]
staff = ["nurse", "gp"]
minutes = 5

[items.review]
name = "Review"
clusters = ["REVIEW_COD"]
staff = { gp = 20 }
minutes = 20
after = ["sugar"]
"""

RECALL: Final = """\
id = "sweet"
name = "Sweet blood"
short = "SWEET"
activity = "active"
version = "1"
review_on = 2027-04-01
source = ["somewhere"]
start = "SWEET_COD"
register = { all = [
  { coded = "SWEET_COD" },
  { age = { at_least = 17 } },
] }

[[exclusion]]
when = { flag = "frail" }
words = "Frail"

[[requirement]]
item = "sugar"
schedule = { anchored = 12 }
qof = { "2026/27" = ["DM020"] }

[[requirement.variation]]
when = { result = "sugar", above = 10 }
every = "6 months"
words = "Sugar above 10"

[[requirement]]
item = "review"
schedule = { interval = "12 weeks" }
"""

MANIFEST: Final = """\
cluster,version,source,licence
SWEET_COD,1,somewhere,free
"""

FILES: Final[Mapping[str, str]] = {
    "pack.toml": PACK,
    "flags.toml": FLAGS,
    "items/all.toml": ITEMS,
    "recalls/sweet.toml": RECALL,
    "clusters/SWEET_COD.csv": "code,term\n73211009,Diabetes mellitus\n44054006,Type 2\n",
    "clusters/SUGAR_COD.csv": "code,term\n999791000000106,HbA1c\n",
    "clusters/REVIEW_COD.csv": "code,term\n314530002,Medication review done\n",
    "clusters/FRAIL_COD.csv": "code,term\n925861000000102,Severe frailty\n",
    "clusters/manifest.csv": MANIFEST,
}


def write_pack(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """Write ``files`` under ``folder`` and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def broken(name: str, old: str, new: str) -> dict[str, str]:
    """Return the files of the small pack with one text replaced once in one of them."""
    text = FILES[name]
    assert text.count(old) >= 1, (name, old)
    return {**FILES, name: text.replace(old, new, 1)}


def line_of(files: Mapping[str, str], name: str, words: str) -> int:
    """Return the line, from 1, of the first line of a file that holds ``words``."""
    lines = files[name].splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)
