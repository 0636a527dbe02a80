"""The files of sample_data are what the code makes, and keep no name they should not."""

from __future__ import annotations

import csv
import re

import pytest

from matching.intake.load import load_providers, load_referrals
from matching.intake.template import providers_csv, referrals_csv
from tests.intake import sample_files as files

CODE = re.compile(r"DV programme [A-Z]{2}-\d{3}[A-Z]?-\d{4}")


@pytest.fixture(scope="module")
def inventory() -> list[dict[str, str]]:
    with (files.FOLDER / files.INVENTORY).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def text(name: str) -> str:
    return (files.FOLDER / name).read_bytes().decode("utf-8")


def test_the_invented_region_is_the_one_the_code_draws():
    sample = files.shipped()
    assert text("providers.csv") == providers_csv(sample.providers, sample.pools)
    assert text("referrals.csv") == referrals_csv(sample.referrals)


def test_the_invented_region_loads_without_a_problem():
    homes = load_providers((files.FOLDER / "providers.csv").read_bytes(), "providers.csv")
    people = load_referrals((files.FOLDER / "referrals.csv").read_bytes(), "referrals.csv")
    assert (len(homes.providers), len(people.referrals)) == (132, 60)
    assert homes.issues == people.issues == ()


def test_the_read_me_lists_the_numbers_of_the_code():
    assert files.numbers() in text("README.md")


@pytest.mark.parametrize("name", ["providers.csv", "referrals.csv", files.INVENTORY])
def test_the_read_me_names_every_file(name):
    assert f"`{name}`" in text("README.md")


def test_the_inventory_is_recognised_and_whole(inventory):
    assert len(inventory) == 3_103
    found = load_providers((files.FOLDER / files.INVENTORY).read_bytes(), files.INVENTORY)
    assert found.format == "hud-hic-extract"
    assert found.counts.read == 3_103
    assert found.counts.loaded == len(found.providers) == 3_103


def test_domestic_violence_programmes_have_codes_for_names(inventory):
    hidden = [row for row in inventory if row["dv"] == "True"]
    assert len(hidden) > 1_500
    assert all(CODE.fullmatch(row["name"]) for row in hidden)
    assert len({row["name"] for row in hidden}) == len(hidden)
    assert all(row["coc"] in row["name"] for row in hidden)
    open_ones = [row["name"] for row in inventory if row["dv"] != "True"]
    assert not any("DV programme" in name for name in open_ones)


def test_every_programme_is_for_youth_or_domestic_violence(inventory):
    assert all("True" in (row["youth"], row["dv"]) for row in inventory)


def test_coding_names_changes_nothing_else():
    head = "id,name,coc,dv\n"
    given = head + 'A,"Hope, House",AK-501,True\nB,Open Door,AK-501,False\nC,Ray,AK-501,True\n'
    assert files.coded(given) == (
        head + "A,DV programme AK-501-0001,AK-501,True\nB,Open Door,AK-501,False\n"
        "C,DV programme AK-501-0002,AK-501,True\n"
    )
