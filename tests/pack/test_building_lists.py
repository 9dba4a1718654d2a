"""The code lists can be built again from the published ones."""

from pathlib import Path

import pytest

from recall_tui.pack.reader import SHIPPED
from tests.printing import clusters

MANIFEST = "file,opencodelists_id\nblood.csv,somebody/blood/1\ndrugs.csv,somebody/drugs/2\n"
BLOOD = "code,term\n1022431000000105,Haemoglobin\n1022451000000103,Red blood cells\nX123,CTV3\n"
DRUGS = (
    "id,dmd_name\n317431008,Sulfasalazine 500mg tablets\n324364000,Digoxin 125microgram tablets\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of two published lists."""
    for name, text in (("manifest.csv", MANIFEST), ("blood.csv", BLOOD), ("drugs.csv", DRUGS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_list_is_made_of_published_ones(folder: Path) -> None:
    """Whatever the columns are called; words choose, codes are added and left out, others drop."""
    files = clusters.published(folder)
    both = clusters.built({"of": ["somebody/blood/1", "somebody/drugs/2"]}, files)
    assert set(both) >= {"1022431000000105", "1022451000000103"}
    assert "X123" not in both
    recipe = {"of": ["somebody/drugs/2"], "only": ["digoxin"], "plus": {"44054006": "Added"}}
    assert set(clusters.built(recipe, files)) <= {"324364000", "44054006"}
    less = {"of": ["somebody/blood/1"], "less": ["1022431000000105"]}
    assert set(clusters.built(less, files)) == {"1022451000000103"}


def test_a_list_that_was_not_published_there_is_named(folder: Path) -> None:
    """Nothing is made up when a list is not at hand."""
    with pytest.raises(KeyError, match="nobody/knows/1"):
        clusters.built({"of": ["nobody/knows/1"]}, clusters.published(folder))


def test_every_recipe_is_a_shipped_list_from_the_source_its_manifest_names() -> None:
    """Recipe and manifest tell the same story."""
    manifest = (SHIPPED / "clusters" / "manifest.csv").read_text(encoding="utf-8")
    lines = {line.partition(",")[0]: line for line in manifest.splitlines()}
    for cluster, recipe in clusters.recipes().items():
        assert clusters.shipped(cluster)
        assert all(name in lines[cluster] for name in recipe["of"])
