"""What providers answered before, in counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.casework import ANSWERS, Answer, Call, Offer, OfferState
from matching.services.past_answers import NEVER, Leaning, Past, past_answers
from tests.builders import NOW


def offer(number: int, provider: str) -> Offer:
    return Offer(
        id=number,
        referral_id="R1",
        provider_id=provider,
        pool_id="B1",
        state=OfferState.CALLING,
        beds=1,
        opened_at=NOW,
        opened_by="x",
        changed_at=NOW,
        changed_by="x",
    )


def call(number: int, answer: Answer) -> Call:
    return Call(offer_id=number, at=NOW, actor="x", answer=answer)


@given(st.lists(st.tuples(st.sampled_from(["P1", "P2", "P3"]), st.sampled_from(ANSWERS))))
def test_counts_are_those_of_the_calls(made):
    offers = [offer(k, provider) for k, (provider, _) in enumerate(made)]
    calls = [call(k, answer) for k, (_, answer) in enumerate(made)]
    found = past_answers(offers, calls)
    assert set(found) == {provider for provider, _ in made}
    for provider, past in found.items():
        mine = [answer for name, answer in made if name == provider]
        assert past.calls == len(mine)
        assert past.yes == mine.count(Answer.ACCEPTED) + mine.count(Answer.HOLDS)
        assert past.answered - past.yes == mine.count(Answer.DECLINED)


def test_an_answer_that_was_taken_back_was_none():
    made = [Answer.NO_ANSWER, Answer.DECLINED, Answer.TAKEN_BACK]
    found = past_answers([offer(1, "P1")], [call(1, answer) for answer in made])
    assert found == {"P1": Past(1, 0, 0)}
    assert past_answers([offer(1, "P1")], [call(1, made[1]), call(1, made[2])]) == {}


@pytest.mark.parametrize(
    ("then", "past"), [(Answer.ACCEPTED, Past(2, 1, 1)), (Answer.DECLINED, Past(2, 1, 0))]
)
def test_a_held_bed_and_what_became_of_it_are_one_answer(then, past):
    made = [Answer.NO_ANSWER, Answer.HOLDS, then]
    assert past_answers([offer(1, "P1")], [call(1, one) for one in made]) == {"P1": past}
    back = [*made, Answer.TAKEN_BACK]
    found = past_answers([offer(1, "P1")], [call(1, one) for one in back])
    assert found == {"P1": Past(2, 1, 1)}  # the bed is held again


def test_two_people_for_whom_a_bed_was_held_are_two_answers():
    calls = [call(1, Answer.HOLDS), call(2, Answer.HOLDS), call(1, Answer.ACCEPTED)]
    assert past_answers([offer(1, "P1"), offer(2, "P1")], calls) == {"P1": Past(2, 2, 2)}


def test_a_call_of_an_offer_that_is_not_there_is_left_out():
    assert past_answers([offer(1, "P1")], [call(2, Answer.ACCEPTED)]) == {}


@pytest.mark.parametrize(
    ("past", "leaning", "said"),
    [
        (NEVER, Leaning.NEVER_ASKED, "Not asked in the last 180 days."),
        (
            Past(2),
            Leaning.SILENT,
            "2 calls in the last 180 days, none answered with a yes or a no.",
        ),
        (Past(1, 1, 1), Leaning.YES, "1 call in the last 180 days: 1 yes, 0 no."),
        (
            Past(5, 3, 1),
            Leaning.NO,
            "5 calls in the last 180 days: 1 yes, 2 no, 2 without an answer.",
        ),
        (Past(2, 2, 1), Leaning.YES, "2 calls in the last 180 days: 1 yes, 1 no."),
    ],
)
def test_what_is_said_and_how_it_leans(past, leaning, said):
    assert past.leaning is leaning
    assert past.sentence() == said
    assert "%" not in said


def test_the_most_willing_come_first():
    assert sorted(Leaning) == [Leaning.YES, Leaning.NEVER_ASKED, Leaning.NO, Leaning.SILENT]
