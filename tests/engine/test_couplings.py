from __future__ import annotations

import networkx
import numpy as np
from hypothesis import given, settings

from matching.engine.candidates import candidates
from matching.engine.couplings import components, find
from matching.engine.judge import Judge
from tests.builders import problem, referral
from tests.engine.small import GENERAL, problems


def test_groups_conflicts_and_beds():
    people = [
        referral("R1", group_id="F1", separate_from=frozenset({"T1", "T3"})),
        referral("R2", group_id="F1"),
        referral("R3", group_id="F2", separate_from=frozenset({"T2", "T1"})),
        referral("R4", separate_from=frozenset({"T9"}), children_with=2),
        referral("R5", separate_from=frozenset()),
    ]
    found = find(problem(people))
    assert found.groups == ((0, 1),)  # a group of one ties nobody
    assert found.conflicts == ((0, 2),)  # nor does a token of one
    assert found.beds.tolist() == [1, 1, 1, 3, 1]
    assert found.tied().tolist() == [True, True, True, True, False]


def test_nobody_is_tied():
    found = find(problem())
    assert (found.groups, found.conflicts, found.beds.tolist()) == ((), (), [])
    assert not found.tied().any()


@settings(max_examples=12, deadline=None)
@given(problems(tied=True))
def test_components_are_those_of_the_graph_of_people_and_providers(one):
    found, pairs = find(one), candidates(Judge(one, GENERAL))
    graph = networkx.Graph()
    graph.add_nodes_from(range(one.size[0]))
    for i, j in zip(pairs.referral.tolist(), pairs.pool.tolist(), strict=True):
        graph.add_edge(i, one.pool_keys[j][0])
    for members in (*found.groups, *found.conflicts):
        networkx.add_path(graph, members)
    label = components(one, found, pairs)
    for component in networkx.connected_components(graph):
        people = sorted(node for node in component if isinstance(node, int))
        if people:
            assert set(label[people].tolist()) == {people[0]}
    assert np.array_equal(label[label], label)
