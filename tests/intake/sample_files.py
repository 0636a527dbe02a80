"""The files of sample_data, made again: ``python -m tests.intake.sample_files [HIC extract]``.

Without an argument only the invented region and the read-me are written; with
the extract of HUD's inventory of 2014 the real one is written too.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from matching.intake.sample import Sample, generate
from matching.intake.sample_calibration import SOURCES, sentences
from matching.intake.template import providers_csv, referrals_csv

FOLDER = Path(__file__).resolve().parents[2] / "sample_data"
AS_OF = datetime(2026, 11, 22, 22, tzinfo=UTC)
SEED, PROVIDERS, REFERRALS = 1, 132, 60
INVENTORY = "hud_hic_2014_youth_dv.csv"
BEGIN, END = "<!-- numbers: begin -->", "<!-- numbers: end -->"


def shipped() -> Sample:
    """The sample that sample_data holds."""
    return generate(SEED, PROVIDERS, REFERRALS, as_of=AS_OF)


def numbers() -> str:
    """The part of the read-me that comes from the code."""
    sources = [f"- {name}: {text}." for name, text in SOURCES.items()]
    listed = [f"- {sentence}" for sentence in sentences()]
    parts = ("Sources:", "", *sources, "", "Numbers:", "", *listed)
    return "\n".join((BEGIN, "", *parts, "", END))


def coded(text: str) -> str:
    """An inventory extract with domestic-violence programmes under codes."""
    rows = list(csv.DictReader(io.StringIO(text)))
    seen: Counter[str] = Counter()
    for row in rows:
        if row["dv"] == "True":
            seen[row["coc"]] += 1
            row["name"] = f"DV programme {row['coc']}-{seen[row['coc']]:04d}"
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(extract: Path | None) -> None:
    """Write the files."""
    sample = shipped()
    homes, people = FOLDER / "providers.csv", FOLDER / "referrals.csv"
    homes.write_text(providers_csv(sample.providers, sample.pools), "utf-8", newline="")
    people.write_text(referrals_csv(sample.referrals), "utf-8", newline="")
    page = FOLDER / "README.md"
    text = page.read_text("utf-8")
    before, after = text[: text.index(BEGIN)], text[text.index(END) + len(END) :]
    page.write_text(before + numbers() + after, "utf-8", newline="")
    if extract is not None:
        inventory = coded(extract.read_text("utf-8-sig"))
        (FOLDER / INVENTORY).write_text(inventory, "utf-8", newline="")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
