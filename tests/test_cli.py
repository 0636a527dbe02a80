"""The command line, as a person at a terminal meets it."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from matching.__main__ import DIFFERS, FAILED, OK, SET_ASIDE, main
from matching.engine.plan import Status
from matching.services import offices, planning
from matching.services.desk import local_desk
from matching.services.intake import read_upload, save_upload
from matching.services.matching import run_plan
from matching.settings import load_settings

ROOT = Path(__file__).parents[1]
AS_OF = "2026-11-22"


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("region")
    sizes = ["--seed", "3", "--providers", "60", "--referrals", "25"]
    assert main(["sample", *sizes, "--as-of", AS_OF, "--out", str(folder)]) == OK
    return folder


def match(region: Path, out: Path, *more: str, **files: Path) -> int:
    providers = files.get("providers", region / "providers.csv")
    referrals = files.get("referrals", region / "referrals.csv")
    pair = ["--providers", str(providers), "--referrals", str(referrals)]
    return main(["match", *pair, "--as-of", AS_OF, "--out", str(out), *more])


@pytest.fixture(scope="module")
def plan(region: Path) -> dict:
    assert match(region, region / "plan.json") == OK
    return json.loads((region / "plan.json").read_text("utf-8"))


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def write(path: Path, table: list[dict[str, str]]) -> Path:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(table[0]))
    writer.writeheader()
    writer.writerows(table)
    path.write_text(out.getvalue(), "utf-8")
    return path


def changed(region: Path, tmp_path: Path, which: str, row: int, **cells: str) -> Path:
    table = rows(region / f"{which}.csv")
    table[row] |= cells
    return write(tmp_path / f"{which}.csv", table)


# -- what comes out ------------------------------------------------------------------


def test_a_plan_says_all_it_promises(plan):
    assert plan["status"] == "optimal"
    assert plan["objective"] == plan["bound"] == sum(p["cost"] for p in plan["placements"])
    assert plan["verified"] is True
    assert plan["policy"] == "general"
    assert len(plan["fingerprint"]) == 64
    for placement in plan["placements"]:
        assert placement.keys() >= {"referral", "provider", "bed_pool", "cost", "provisional"}
        assert placement["provisional"] == bool(placement["ask"])


def test_everybody_is_placed_or_told_why_not(plan, region):
    everybody = {row["referral_id"] for row in rows(region / "referrals.csv")}
    placed = [p["referral"] for p in plan["placements"]]
    without = [n["referral"] for n in plan["not_placed"]]
    assert sorted(placed + without) == sorted(everybody)


def test_every_funnel_adds_up_to_all_providers(plan):
    assert plan["not_placed"]
    for one in plan["not_placed"]:
        assert one["stage"] in "abcdefgh"
        assert sum(one["funnel"].values()) == plan["providers"]


def test_the_stages_of_the_gaps_add_up_and_what_may_be_passed_on_is_protected(
    plan, region, tmp_path
):
    files = ["--providers", str(region / "providers.csv")]
    files += ["--referrals", str(region / "referrals.csv")]
    out = tmp_path / "gaps.json"
    assert main(["gaps", *files, "--as-of", AS_OF, "--out", str(out)]) == OK
    gaps = json.loads(out.read_text("utf-8"))
    stages = Counter(one["stage"] for one in plan["not_placed"])
    assert sum(gaps["stages"].values()) == gaps["without_place"] == len(plan["not_placed"])
    for table in gaps["breakdowns"].values():
        assert sum(sum(of.values()) for of in table.values()) == gaps["without_place"]
    public = gaps["to_pass_on"]
    assert public["without_place"] in (len(plan["not_placed"]), "hidden")
    for letter, shown in (public["stages"] or {}).items():
        assert shown in (stages[letter], "hidden")
    found = re.findall(r": (\d+)[,\n]", json.dumps(public, indent=1))
    numbers = [int(one) for one in found]
    assert not [number for number in numbers if 0 < number <= 10]


def test_the_order_of_rows_changes_nothing(plan, region, tmp_path):
    backwards = {
        which: write(tmp_path / f"{which}.csv", rows(region / f"{which}.csv")[::-1])
        for which in ("providers", "referrals")
    }
    assert match(region, tmp_path / "plan.json", **backwards) == OK
    again = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    for key in ("placements", "not_placed", "objective", "fingerprint"):
        assert again[key] == plan[key]


def test_the_same_seed_writes_the_same_files(region, tmp_path):
    sizes = ["--seed", "3", "--providers", "60", "--referrals", "25"]
    assert main(["sample", *sizes, "--as-of", AS_OF, "--out", str(tmp_path)]) == OK
    for name in ("providers.csv", "referrals.csv"):
        assert (tmp_path / name).read_bytes() == (region / name).read_bytes()


@pytest.mark.parametrize("command", ["match", "gaps"])
def test_a_workbook_comes_out_where_its_name_says_so(region, tmp_path, command):
    files = ["--providers", str(region / "providers.csv")]
    files += ["--referrals", str(region / "referrals.csv")]
    out = tmp_path / "out.xlsx"
    assert main([command, *files, "--as-of", AS_OF, "--out", str(out)]) == OK
    assert "xl/workbook.xml" in zipfile.ZipFile(out).namelist()


@pytest.mark.parametrize("policy", ["general", "florida", "texas"])
def test_every_policy_gives_a_verified_plan(region, tmp_path, policy):
    assert match(region, tmp_path / "plan.json", "--policy", policy) == OK
    plan = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    assert (plan["policy"], plan["status"], plan["verified"]) == (policy, "optimal", True)


def test_the_public_inventory_takes_generated_referrals(tmp_path):
    made = ["sample", "--seed", "5", "--providers", "900", "--referrals", "150"]
    assert main([*made, "--as-of", "2014-01-29", "--out", str(tmp_path)]) == OK
    inventory = ROOT / "sample_data" / "hud_hic_2014_youth_dv.csv"
    pair = ["--providers", str(inventory), "--referrals", str(tmp_path / "referrals.csv")]
    out = tmp_path / "plan.json"
    assert main(["match", *pair, "--as-of", "2014-01-29", "--out", str(out)]) == OK
    plan = json.loads(out.read_text("utf-8"))
    assert (plan["status"], plan["verified"]) == ("optimal", True)
    assert plan["providers"] == 3103
    assert plan["placements"]


def test_check_tells_what_a_file_holds(region, capsys):
    assert main(["check", str(region / "providers.csv"), "--json"]) == OK
    told = json.loads(capsys.readouterr().out)
    assert told["kind"] == "providers"
    assert told["rows"]["read"] == told["rows"]["loaded"] > 0
    assert main(["check", str(region / "referrals.csv")]) == OK
    assert "25 rows read, 25 can be loaded" in capsys.readouterr().out


# -- plans on the record -----------------------------------------------------------------


@pytest.fixture
def record(region, tmp_path, monkeypatch):
    """A record of the region with two plans, as the dashboard leaves it."""
    url = f"sqlite:///{tmp_path / 'office' / 'record.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("MATCHING_TIME_ZONE", "America/New_York")
    with local_desk(load_settings()) as desk:
        for name in ("providers", "referrals"):
            path = region / f"{name}.csv"
            save_upload(desk, read_upload(desk, path.read_bytes(), path.name))
        run_plan(desk)
        run_plan(desk, "texas")
    return url


def referral_changed(row: int, **facts: object) -> str:
    with local_desk(load_settings()) as desk, desk.store.transaction() as tx:
        people = list(tx.referrals.all())
        people[row] = dataclasses.replace(people[row], **facts)
        tx.referrals.replace(tuple(people), tx.batches.list()[0])
        return people[row].referral_id


@pytest.mark.usefixtures("record")
def test_saved_plans_are_listed_newest_first(capsys):
    assert main(["runs"]) == OK
    second, first = capsys.readouterr().out.splitlines()
    assert second.split()[0] == "2"
    assert "texas" in second
    assert first.split()[0] == "1"
    assert first.endswith("optimal")
    assert main(["runs", "--limit", "1"]) == OK
    assert capsys.readouterr().out.splitlines() == [second]


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("number", ["1", "2"])
def test_a_plan_made_again_is_the_same(capsys, number):
    assert main(["replay", number]) == OK
    told = capsys.readouterr()
    assert told.out.startswith(f"Plan {number} of ")
    assert told.out.endswith("made again, is the same.\n")
    assert told.err.splitlines()[0] == "... rules"
    assert main(["replay", number, "--quiet", "--seconds", "60"]) == OK
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("record")
def test_each_office_lists_and_makes_again_its_own_plans(region, capsys):
    with local_desk(load_settings()) as desk:
        offices.add(desk, "north", "North")
        north = dataclasses.replace(desk, store=desk.store.at("north"))
        people = region / "referrals.csv"
        save_upload(north, read_upload(north, people.read_bytes(), people.name))
        run_plan(north)
    assert main(["runs", "--office", "north"]) == OK
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["3"]
    assert main(["replay", "3", "--office", "north", "--quiet"]) == OK
    assert main(["replay", "1", "--office", "north", "--quiet"]) == FAILED
    assert main(["replay", "3", "--quiet"]) == FAILED
    assert main(["runs", "--office", "south"]) == FAILED


@pytest.mark.usefixtures("record")
def test_a_record_that_changed_is_told_and_ends_with_its_own_status(capsys):
    case = referral_changed(0, age_years=60)
    assert main(["replay", "1", "--quiet"]) == DIFFERS
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("What differs:")
    assert f"- 1 referral was changed: {case}." in lines
    assert all(line.startswith("- ") and line.endswith(".") for line in lines[1:])


@pytest.mark.usefixtures("record")
def test_a_plan_that_was_never_made_ends_in_failure(capsys):
    assert main(["replay", "99"]) == FAILED
    told = capsys.readouterr()
    assert told.err.strip() == "There is no saved plan number 99."
    assert told.out == ""
    with pytest.raises(SystemExit) as caught:
        main(["replay", "last"])
    assert caught.value.code == FAILED


def test_a_new_record_has_no_plans(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main(["runs"]) == OK
    assert capsys.readouterr().out == "There are no saved plans.\n"
    assert main(["replay", "1"]) == FAILED


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "sqlite:////proc/secret/record.db"])
def test_an_address_that_is_no_record_is_refused(monkeypatch, capsys, url):
    monkeypatch.setenv("DATABASE_URL", url)
    for command in (["runs"], ["replay", "1"]):
        assert main(command) == FAILED
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.strip().endswith(".")
        assert "Traceback" not in told.err
        assert "secret" not in told.err


def test_a_plan_says_how_far_it_is_proven(plan, region, tmp_path, capsys):
    assert plan["claim"] == "best, proven"
    assert plan["gap"] == {"people": {}, "cost": 0, "order_of_waiting": False}
    assert plan["stopped"] is None
    parts = plan["parts"]
    assert parts["number"] == parts["flow"] + parts["kept"] + parts["program"]
    assert match(region, tmp_path / "plan.json", "--seconds", "60", "--quiet") == OK
    told = capsys.readouterr()
    assert "(optimal: best, proven)" in told.out
    assert told.err == ""


def test_a_search_that_was_cut_short_never_says_best(region, tmp_path, monkeypatch, capsys):
    real = planning.work_out

    def short(*given, effort, **more):
        assert effort.seconds == 7
        solution = real(*given, effort=effort, **more)
        part = dataclasses.replace(solution.parts[0], more=(1, 0, 0), gap=None)
        first, *rest = solution.plan.tiers
        first = dataclasses.replace(first, most=first.placed + 1)
        open_plan = dataclasses.replace(
            solution.plan, status=Status.FEASIBLE, tiers=(first, *rest)
        )
        return dataclasses.replace(solution, plan=open_plan, parts=(part, *solution.parts[1:]))

    monkeypatch.setattr(planning, "work_out", short)
    out = tmp_path / "plan.json"
    assert match(region, out, "--seconds", "7") == OK
    cut = json.loads(out.read_text("utf-8"))
    assert cut["status"] == "feasible"
    assert cut["claim"] == (
        "best found, proven to within 1 more person of the priority 'tonight'"
    )
    assert cut["stopped"] == "solver"
    assert "(feasible: best found, proven to within" in capsys.readouterr().out


def test_processes_from_the_settings_make_the_same_plan(plan, region, tmp_path, monkeypatch):
    monkeypatch.setenv("MATCHING_WORKERS", "2")
    assert match(region, tmp_path / "plan.json") == OK
    shared = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    assert {**shared, "seconds": None} == {**plan, "seconds": None}


# -- bad input: a sentence, a status, and nothing half done -----------------------------


def refused(capsys: pytest.CaptureFixture[str], out: Path) -> str:
    told = capsys.readouterr()
    assert "Traceback" not in told.err + told.out
    assert told.err.strip().endswith(".")
    assert not out.exists()
    return told.err


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\n\n\n", ""),
        (b"%PDF-1.4 not a sheet", ""),
        (b"shelter,tables,grills\nHilltop,4,2\nLakeside,6,1\n", "columns"),
        (b"provider_id,placement_type,county\n", ""),
        (b"PK\x03\x04 broken zip", ""),
    ],
    ids=["empty", "blank lines", "pdf", "picnic shelters", "no rows", "broken zip"],
)
def test_a_provider_file_that_is_none_is_refused(region, tmp_path, capsys, content, word):
    bad = tmp_path / "bad.csv"
    bad.write_bytes(content)
    out = tmp_path / "plan.json"
    assert match(region, out, providers=bad) == FAILED
    assert word in refused(capsys, out).lower()


def test_a_missing_file_a_folder_and_a_strange_ending_are_refused(region, tmp_path, capsys):
    out = tmp_path / "plan.json"
    assert match(region, out, providers=tmp_path / "nowhere.csv") == FAILED
    assert "There is no file" in refused(capsys, out)
    assert match(region, out, providers=tmp_path) == FAILED
    assert "folder" in refused(capsys, out)
    assert match(region, tmp_path / "plan.txt") == FAILED
    assert ".json" in refused(capsys, tmp_path / "plan.txt")
    assert match(region, tmp_path / "no" / "plan.json") == FAILED
    assert "no folder" in refused(capsys, tmp_path / "no")


def test_the_two_files_in_each_others_place_are_refused(region, tmp_path, capsys):
    out = tmp_path / "plan.json"
    swapped = {
        "providers": region / "referrals.csv",
        "referrals": region / "providers.csv",
    }
    assert match(region, out, **swapped) == FAILED
    refused(capsys, out)


def test_files_without_overlap_are_refused(region, tmp_path, capsys):
    table = rows(region / "referrals.csv")
    far = [row | {"home_county": "King County, WA", "service_area": ""} for row in table]
    for row in far:
        row.pop("service_area")
    out = tmp_path / "plan.json"
    people = write(tmp_path / "referrals.csv", far)
    homes = rows(region / "providers.csv")
    known = [row for row in homes if row["county"] and row["state"]]
    near = write(tmp_path / "providers.csv", [r | {"service_area": ""} for r in known])
    assert match(region, out, providers=near, referrals=people) == FAILED
    assert "do not overlap" in refused(capsys, out)


def test_an_unknown_policy_and_an_unknown_date_are_refused(region, tmp_path, capsys):
    out = tmp_path / "plan.json"
    assert match(region, out, "--policy", "atlantis") == FAILED
    assert "florida" in refused(capsys, out)
    assert match(region, out, "--as-of", "yesterday") == FAILED
    assert "not a date" in refused(capsys, out)


@pytest.mark.parametrize(
    ("which", "cells"),
    [
        ("referrals", {"age_years": "twelve"}),
        ("providers", {"licensed_capacity": "-1"}),
        ("referrals", {"home_county": "Atlantis County, FL"}),
    ],
    ids=["age in words", "negative capacity", "no such county"],
)
def test_a_bad_cell_sets_its_row_aside_and_the_rest_is_planned(
    region, tmp_path, capsys, which, cells
):
    bad = changed(region, tmp_path, which, 4, **cells)
    out = tmp_path / "plan.json"
    assert match(region, out, **{which: bad}) == OK
    told = capsys.readouterr().err
    assert "set aside" in told
    assert "Row 6" in told
    plan = json.loads(out.read_text("utf-8"))
    assert [problem["row"] for problem in plan["set_aside"]] == [6]
    assert main(["check", str(bad)]) == SET_ASIDE


def test_rows_with_one_id_and_different_facts_are_all_set_aside(region, tmp_path, capsys):
    table = rows(region / "referrals.csv")
    twice = table[0] | {"age_years": "3"}
    bad = write(tmp_path / "referrals.csv", [*table, twice])
    out = tmp_path / "plan.json"
    assert match(region, out, referrals=bad) == OK
    plan = json.loads(out.read_text("utf-8"))
    named = {p["referral"] for p in plan["placements"]}
    named |= {n["referral"] for n in plan["not_placed"]}
    assert table[0]["referral_id"] not in named
    assert len(plan["set_aside"]) >= 2


def test_dates_in_two_orders_are_asked_about(region, tmp_path):
    table = rows(region / "referrals.csv")
    bad = write(
        tmp_path / "referrals.csv", [row | {"needed_by": "03/04/2026"} for row in table]
    )
    assert main(["check", str(bad)]) == SET_ASIDE


def test_a_formula_in_a_cell_stays_text_and_comes_out_harmless(region, tmp_path):
    bad = changed(region, tmp_path, "providers", 0, name="=HYPERLINK(1)")
    out = tmp_path / "plan.xlsx"
    assert match(region, out, providers=bad) == OK
    sheets = zipfile.ZipFile(out)
    assert not any(b"<f>" in sheets.read(name) for name in sheets.namelist())


def test_forty_unknown_columns_are_listed_and_nothing_else_happens(region, tmp_path, capsys):
    extra = {f"Extra {k}": str(k) for k in range(40)}
    table = [row | extra for row in rows(region / "providers.csv")]
    wide = write(tmp_path / "providers.csv", table)
    assert main(["check", str(wide), "--json"]) == OK
    assert len(json.loads(capsys.readouterr().out)["not_kept"]) == 40


def test_a_zip_bomb_is_refused_before_it_unfolds(tmp_path, capsys):
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", "<workbook/>")
        for k in range(24):
            packed.writestr(f"xl/worksheets/sheet{k}.xml", b"\0" * 100_000_000)
    assert bomb.stat().st_size < 5_000_000
    assert main(["check", str(bomb)]) == FAILED
    refused(capsys, tmp_path / "none")


def test_a_file_too_large_is_refused_by_its_size(tmp_path, capsys):
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(300 * 2**20)
    assert main(["check", str(huge)]) == FAILED
    assert "larger than" in refused(capsys, tmp_path / "none")


def test_zero_of_either_is_refused(tmp_path, capsys):
    made = ["sample", "--seed", "1", "--providers", "0", "--referrals", "0"]
    assert main([*made, "--as-of", AS_OF, "--out", str(tmp_path)]) == OK
    out = tmp_path / "plan.json"
    assert match(tmp_path, out) == FAILED
    refused(capsys, out)


def test_the_module_runs_as_a_program_without_a_traceback(tmp_path):
    command = [sys.executable, "-m", "matching", "check", str(tmp_path / "no.csv")]
    done = subprocess.run(  # noqa: S603  # fixed arguments
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == FAILED
    assert done.stdout == ""
    assert done.stderr.startswith("There is no file")
