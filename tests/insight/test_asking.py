"""One call answers a question, however many rules ask it."""

from hypothesis import given
from hypothesis import strategies as st

from matching.domain.rulebook import Kind, Remedy
from matching.engine.rules.base import Verdict
from matching.insight.asking import distinct
from matching.insight.explain import Finding


def finding(sentence):
    return Finding(
        "age", "Age", Kind.LAW, Verdict.UNKNOWN, sentence, "", None, next(iter(Remedy))
    )


@given(st.lists(st.sampled_from(["Ask A.", "Ask B.", "Ask C."])))
def test_every_question_is_asked_once_in_its_order(sentences):
    said = distinct(map(finding, sentences))
    assert len(set(said)) == len(said)
    assert set(said) == set(sentences)
    assert sorted(said, key=sentences.index) == list(said)
