"""The published tie-break: a salted lottery among plans that are equally good.

Each pair draws a ticket, a number made from the salt and the two identifiers.
Among all flows of least cost the one with the smallest sum of tickets is
taken. The order of rows plays no part, and anybody who knows the salt can
draw the tickets again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.domain.errors import EngineError
from matching.engine.face import optimal_face
from matching.engine.flow import (
    SAFE_PRODUCT,
    Flow,
    Int64s,
    Network,
    arcs,
    solve,
    total,
)

Hashes = NDArray[np.uint64]

#: Salt of the tickets of staying without a place.
_STAY = "without a place"


def name_hashes(names: Sequence[str], salt: str) -> Hashes:
    """Return a 64-bit number for each name under a salt.

    Parameters
    ----------
    names : sequence of str
    salt : str

    Returns
    -------
    ndarray of uint64, shape (names,)
        The first eight bytes of BLAKE2b over salt and name.
    """
    prefix = salt.encode() + b"\0"
    digests = b"".join(
        hashlib.blake2b(prefix + name.encode(), digest_size=8).digest() for name in names
    )
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def tickets(left: Hashes, right: Hashes, bits: int) -> Int64s:
    """Mix two numbers into one ticket of some bits (splitmix64 finaliser).

    Returns
    -------
    ndarray of int64
        From 0 to ``2**bits - 1``.
    """
    with np.errstate(over="ignore"):
        x = left * np.uint64(0x9E3779B97F4A7C15) + right
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return (x >> np.uint64(64 - bits)).astype(np.int64)


def stay_tickets(person_hash: Hashes, salt: str, bits: int) -> Int64s:
    """Return the tickets of staying without a place, one for each person."""
    stay_hash = np.broadcast_to(name_hashes([_STAY], salt), len(person_hash))
    return tickets(person_hash, stay_hash, bits)


def ticket_bits(nodes: int, people: int) -> int:
    """Return how many bits a ticket may have so that sums stay exact.

    Parameters
    ----------
    nodes, people : int
        Of the largest network that is drawn in; the networks of one plan share
        their tickets, so that it does not matter how the plan was cut up.

    Raises
    ------
    EngineError
        If fewer than 16 bits would be left, too few for a fair draw.
    """
    # A whole bundle of tickets, times the nodes, must stay in range.
    room = SAFE_PRODUCT // (max(1, nodes) * (people + 1))
    bits = min(30, room.bit_length() - 1)
    if bits < 16:
        raise EngineError(
            "There are too many people for one draw of the tie-break. No plan was made.",
            next_step="Plan for fewer referrals at a time.",
        )
    return bits


def draw(
    network: Network,
    price: Int64s,
    person_hash: Hashes,
    pool_hash: Hashes,
    salt: str,
    bits: int,
) -> Flow:
    """Pick the drawn flow among all flows of least cost.

    Parameters
    ----------
    network : Network
    price : ndarray of int64, shape (nodes,)
        Prices that prove the least cost.
    person_hash, pool_hash : ndarray of uint64
        A number for each person and pool, from :func:`name_hashes`.
    salt : str
    bits : int
        Size of a ticket, from :func:`ticket_bits`.

    Returns
    -------
    Flow
        In terms of the given network.
    """
    people = network.people
    face = optimal_face(network, price)
    cost = tickets(
        person_hash[network.person[face.keep]], pool_hash[network.pool[face.keep]], bits
    )
    stay_cost = stay_tickets(person_hash, salt, bits)
    drawn = solve(face.under(cost, stay_cost, (people + 1) << bits))
    chosen = np.full(people, -1, dtype=np.int64)
    placed = drawn.chosen >= 0
    chosen[placed] = face.keep[drawn.chosen[placed]]
    return along(network, chosen)


def along(network: Network, chosen: Int64s) -> Flow:
    """Return the flow in which each person uses a given pair, or stays (-1)."""
    pairs, people = len(network.person), network.people
    placed = np.flatnonzero(chosen >= 0)
    on_pair = np.zeros(pairs, dtype=np.int64)
    on_pair[chosen[placed]] = 1
    in_pool = np.bincount(
        network.pool[chosen[placed]], minlength=len(network.pool_room)
    ).astype(np.int64)
    in_provider = np.zeros(len(network.provider_room), dtype=np.int64)
    np.add.at(in_provider, network.owner, in_pool)
    on_arc = np.concatenate(
        [on_pair, (chosen < 0).astype(np.int64)[:people], in_pool, in_provider]
    )
    return Flow(chosen, on_arc, total(on_arc, arcs(network).cost))
