"""Random people, counted in tables that share margins, drawn the same whenever asked."""

from __future__ import annotations

from collections import Counter
from random import Random

from matching.insight.disclosure import CountTable, Nest, one_way

STAGES = tuple("abcdefgh")


def page(seed: int, most: int = 400, gone: int = 0) -> tuple[list[CountTable], list[Nest]]:
    """Draw a page: sometimes an outcome, some two-way tables by stage, sometimes counties.

    With ``gone``, the first so many of the same people have left.
    """
    random = Random(seed)
    people = random.randint(12, most)
    stages = STAGES[: random.randint(2, 8)]
    slope = random.choice([0.3, 0.6, 0.9])
    weights = [slope**k for k in range(len(stages))]
    at = random.choices(stages, weights, k=people)
    outcome = random.random() < 0.5
    of = frozenset({("Outcome", "without")}) if outcome else frozenset()
    tables = []
    if outcome:
        placed = random.choice([0, 3, 8, 40, 500])
        counts = {"placed": placed, "without": people - gone}
        tables.append(one_way("Outcome", counts))
    if random.random() < 0.5:
        tables.append(one_way("Stages", Counter(at[gone:]), of, "Stage", order=STAGES))
    for number in range(random.randint(0, 2)):
        size = random.randint(2, 7)
        steep = random.uniform(0.4, 1)
        weights = [steep**k for k in range(size)]
        by = random.choices([f"{number}-{k}" for k in range(size)], weights, k=people)
        tables.append(_table(f"Way {number}", at[gone:], by[gone:], of, random))
    nests = []
    if random.random() < 0.4 or not tables:
        regions = random.randint(1, 3)
        counties = [f"{r}.{c}" for r in range(regions) for c in range(random.randint(1, 4))]
        home = random.choices(counties, [random.random() for _ in counties], k=people)
        home, at = home[gone:], at[gone:]
        tables.append(_table("Region", at, [one[0] for one in home], of, random))
        tables.append(_table("County", at, home, of, random))
        nests.append(Nest("County", "Region", {one: one[0] for one in counties}))
    return tables, nests


def _table(title, at, by, of, random) -> CountTable:
    if random.random() < 0.25:
        return one_way(title, Counter(by), of)
    counts = Counter(zip(at, by, strict=True))
    return CountTable(title, ("Stage", title), counts, of, {"Stage": STAGES[:0]})
