"""Builds the shipped code lists from the published ones.

``python -m tests.printing.clusters FOLDER``: FOLDER holds the published lists with their
``manifest.csv`` (columns file, opencodelists_id …), as the developers' reference data does. What
each shipped list is made of stands in clusters.toml beside this file: the published lists, and
codes added or left out, each for a reason that the shipped manifest names. Without ``--write``
nothing is changed: every difference is printed.
"""

import csv
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from recall_tui.pack.reader import SHIPPED
from recall_tui.pack.snomed import code_fault

RECIPES: Final = Path(__file__).parent / "clusters.toml"
CODES: Final = ("snomed_id", "code", "id", "dmd_id", "Code", "ConceptId")
TERMS: Final = ("term", "dmd_name", "nm", "name")

Codes = dict[str, str]
"""Code to term."""


def recipes() -> Mapping[str, Mapping[str, Any]]:
    """Return what each list is made of: ``of`` (published lists), ``only``, ``plus``, ``less``.

    ``only``: words of which a term must hold one, such as the names of drugs.
    """
    return tomllib.loads(RECIPES.read_text(encoding="utf-8"))


def published(folder: Path) -> Mapping[str, Path]:
    """Return the files of ``folder`` by the name under which they were published."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return {row["opencodelists_id"]: folder / row["file"] for row in csv.DictReader(file)}


def read(path: Path) -> Codes:
    """Return the codes of a published list, whatever it calls its columns."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        names = rows.fieldnames or ()
        code = next(name for name in CODES if name in names)
        term = next((name for name in TERMS if name in names), None)
        return {row[code].strip(): (row[term] if term else "").strip() for row in rows}


def built(recipe: Mapping[str, Any], files: Mapping[str, Path]) -> Codes:
    """Return the codes that a recipe gives, those that are no SNOMED CT or dm+d codes left out.

    Raises:
        KeyError: a published list is not in the folder.
    """
    found: Codes = {}
    for name in recipe["of"]:
        found = {**read(files[name]), **found}
    words = tuple(recipe.get("only", ()))
    if words:
        found = {code: term for code, term in found.items() if _names(term, words)}
    found.update(recipe.get("plus", {}))
    wanted = set(found) - set(recipe.get("less", ()))
    return {code: found[code] for code in wanted if not code_fault(code)}


def _names(term: str, words: Sequence[str]) -> bool:
    return any(word in term.lower() for word in words)


def shipped(cluster: str) -> Codes:
    """Return the codes of a shipped list; none when it is new."""
    path = SHIPPED / "clusters" / f"{cluster}.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["term"] for row in csv.DictReader(file)}


def differences(cluster: str, codes: Codes) -> Iterator[str]:
    """Give what the shipped list has too many or too few."""
    have = shipped(cluster)
    yield from (f"{cluster}: {code} is missing" for code in sorted(codes.keys() - have.keys()))
    yield from (f"{cluster}: {code} is not in it" for code in sorted(have.keys() - codes.keys()))


def write(cluster: str, codes: Codes) -> None:
    """Write a list: sorted by code, terms as published."""
    path = SHIPPED / "clusters" / f"{cluster}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "term"))
        for code in sorted(codes, key=lambda one: (len(one), one)):
            writer.writerow((code, codes[code]))


def main(arguments: Sequence[str]) -> int:
    """Compare, or with ``--write`` build, every list that has a recipe."""
    places = [one for one in arguments if not one.startswith("--")]
    if len(places) != 1:
        sys.stderr.write("which folder holds the published lists and their manifest.csv?\n")
        return 2
    files = published(Path(places[0]))
    found = 0
    for cluster, recipe in recipes().items():
        codes = built(recipe, files)
        for line in differences(cluster, codes):
            found += 1
            sys.stdout.write(f"{line}\n")
        if "--write" in arguments and any(differences(cluster, codes)):
            write(cluster, codes)
    sys.stdout.write(f"{len(recipes())} lists, {found} differences\n")
    return 1 if found and "--write" not in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
