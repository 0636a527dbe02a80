"""The lines of the page Gaps: what was lacking in its order, tables that add up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matching.domain.rulebook import Stage
from matching.insight.disclosure import exact
from matching.insight.gaps import Breakdown, Gap
from matching.services.gap_lines import Lack, gap_table, lacks_of, stage_lines

_gaps = st.lists(
    st.builds(
        Gap,
        row=st.integers(0, 99),
        stage=st.sampled_from(Stage),
        rule=st.sampled_from(["training", "licence"]),
        funnel=st.just({}),
    )
).map(tuple)


@given(_gaps)
def test_everybody_lacks_one_thing_most_first_declined_later_and_a_call_last(gaps):
    found = lacks_of(gaps)
    assert sum(number for _, number in found) == len(gaps)
    trained = sum(one.stage is Stage.NOT_READY and one.rule == "training" for one in gaps)
    assert dict(found).get(Lack.TRAINING, 0) == trained
    order = [
        (lack is Lack.CALL, lack in (Lack.PROVIDER, Lack.PERSON), -number)
        for lack, number in found
    ]
    assert order == sorted(order)


@given(
    st.dictionaries(st.tuples(st.sampled_from("AB"), st.sampled_from(Stage)), st.integers(0))
)
def test_the_totals_of_a_table_add_up_its_stages(counts):
    table = gap_table(Breakdown("Age", ("A", "B", "C"), counts))
    assert table.categories == ("A", "B", "C")
    for name in table.categories:
        there = sum(number for (category, _), number in counts.items() if category == name)
        assert table.totals[name].count == there


def test_a_table_that_is_withheld_has_no_lines():
    every = exact({stage.value: 1 for stage in Stage})
    assert [line.stage for line in stage_lines(every)] == list(Stage)
    assert stage_lines(exact({})) == ()
