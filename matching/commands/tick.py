"""``python -m matching tick``: end holds and kept beds whose time has come."""

from __future__ import annotations

import argparse

from matching.services.clock import end_what_is_due
from matching.services.desk import local_desk
from matching.settings import load_settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "tick",
        help="end holds and kept beds whose time has come, as the dashboard does by itself",
    )
    command.set_defaults(run=_tick)


def _tick(given: argparse.Namespace) -> int:
    del given
    with local_desk(load_settings()) as desk:
        ended = end_what_is_due(desk.store, desk.settings, desk.clock())
    holds = "1 hold" if ended.holds == 1 else f"{ended.holds} holds"
    beds = "1 kept bed" if ended.stays == 1 else f"{ended.stays} kept beds"
    print(f"Ended at their time: {holds}, {beds}.")
    return 0
