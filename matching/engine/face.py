"""All flows of least cost at once: the optimal face, ready for the next aim.

By complementary slackness, any prices that prove one flow best describe every
best flow: an arc of positive reduced cost is empty in all of them, one of
negative reduced cost is full, and only the others are free. A next aim is
followed on that face, so that the aim before it cannot be lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine.flow import Int64s, Network, reduced_costs


@dataclass(frozen=True, slots=True)
class Face:
    """The pairs that best flows may use, and who may stay in them.

    Attributes
    ----------
    network : Network
        That the face is of.
    keep : ndarray of int64
        Positions of the pairs that some best flow may use.
    stays : ndarray of bool, shape (people,)
        Who stays without a place in some best flow.
    pool_reduced, provider_reduced : ndarray of int64
        Reduced costs of the arcs below the pools and the providers.
    """

    network: Network
    keep: Int64s
    stays: np.ndarray[tuple[int], np.dtype[np.bool_]]
    pool_reduced: Int64s
    provider_reduced: Int64s

    def under(self, cost: Int64s, stay_cost: Int64s, more_than_all: int) -> Network:
        """Return the face as a network with the costs of the next aim.

        Parameters
        ----------
        cost : ndarray of int64, shape (len(keep),)
            New cost of the pairs kept.
        stay_cost : ndarray of int64, shape (people,)
            New cost of staying, for those who may.
        more_than_all : int
            A number above any total of the new costs. Staying where no best
            flow stays, or leaving room where every best flow is full, costs
            that much: it never pays.

        Returns
        -------
        Network
            Its pairs are those kept, in their order.
        """
        old = self.network
        return Network(
            person=old.person[self.keep],
            pool=old.pool[self.keep],
            cost=cost,
            stay_cost=np.where(self.stays, stay_cost, more_than_all),
            pool_room=np.where(self.pool_reduced > 0, 0, old.pool_room),
            owner=old.owner,
            provider_room=np.where(self.provider_reduced > 0, 0, old.provider_room),
            pool_cost=np.where(self.pool_reduced < 0, -more_than_all, 0),
            provider_cost=np.where(self.provider_reduced < 0, -more_than_all, 0),
        )


def optimal_face(network: Network, price: Int64s) -> Face:
    """Return the face of all flows of least cost.

    Parameters
    ----------
    network : Network
    price : ndarray of int64, shape (nodes,)
        Prices that prove the least cost.

    Returns
    -------
    Face
    """
    reduced = reduced_costs(network, price)
    pairs, people = len(network.person), network.people
    pools = len(network.pool_room)
    pair_reduced, stay_reduced = reduced[:pairs], reduced[pairs : pairs + people]
    forced = np.zeros(people, dtype=np.bool_)
    forced[network.person[pair_reduced < 0]] = True
    keep = np.flatnonzero(np.where(forced[network.person], pair_reduced < 0, pair_reduced == 0))
    keep = keep[stay_reduced[network.person[keep]] >= 0]
    return Face(
        network=network,
        keep=keep,
        stays=~forced & (stay_reduced <= 0),
        pool_reduced=reduced[pairs + people : pairs + people + pools],
        provider_reduced=reduced[pairs + people + pools :],
    )
