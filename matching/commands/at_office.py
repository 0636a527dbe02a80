"""The office that a command is about: asked for, and refused where there is none such."""

from __future__ import annotations

import argparse
from dataclasses import replace

from matching.services import offices
from matching.services.desk import Desk
from matching.store.database import MAIN_OFFICE


def add_office(command: argparse.ArgumentParser) -> None:
    """Let a command say of which office; by default the first."""
    command.add_argument("--office", default=MAIN_OFFICE, metavar="CODE")


def at_office(options: argparse.Namespace, desk: Desk) -> Desk:
    """Return the same desk at the office that was asked for.

    Parameters
    ----------
    options : Namespace
        What was typed; a command that is about no office is at the first.
    desk : Desk

    Raises
    ------
    NotFound
        If there is no such office.
    """
    code: str = getattr(options, "office", MAIN_OFFICE)
    offices.require(desk.store, code)
    return replace(desk, store=desk.store.at(code))
