"""Long work on a page: what it is doing, for how long, and a way to stop it.

The work runs in the background; the part of the page that shows it is drawn
again by itself, and the whole page once the work is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from matching.services.jobs import Job
from matching.ui import components as ui
from matching.ui import turns
from matching.ui.text import common

T = TypeVar("T")

#: Seconds between two looks at work that goes on.
EVERY = 0.5
#: Seconds a page waits for quick work, so that nothing flickers.
AT_ONCE = 0.4
#: Seconds that stopped work is waited for.
PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Words:
    """What a page says while work goes on.

    Attributes
    ----------
    stages : Mapping of str to str
        The stages in their order, and what happens in each. Without any,
        ``doing`` is said instead.
    doing : str
    tells : bool
        Whether the work tells in words what it is doing.
    stop : str
        On the button that stops and keeps the best found so far; no button if empty.
    give_up : str
        On the button that keeps nothing; no button if empty.
    stopping : str
        After either was pressed.
    """

    doing: str
    stop: str = ""
    give_up: str = ""
    stopping: str = ""
    stages: Mapping[str, str] | None = None
    tells: bool = False


@dataclass(frozen=True, slots=True)
class _Kept:
    """Work for one thing shown; for another it is given up."""

    about: tuple[object, ...]
    job: Job[Any]


def kept(name: str, about: tuple[object, ...]) -> Job[Any] | None:
    """Return the work that this session keeps under a name, if it is about this.

    Parameters
    ----------
    name : str
    about : tuple
        What it is about: the plan, the case. Work about anything else is given up.
    """
    found = st.session_state.get(name)
    if not isinstance(found, _Kept):
        return None
    if found.about == about:
        return found.job
    forget(name)
    return None


def keep(name: str, about: tuple[object, ...], job: Job[T]) -> Job[T]:
    """Keep work under a name, in the place of other work; wait a little in case it is quick."""
    forget(name)
    at_once(job)
    st.session_state[name] = _Kept(about, job)
    return job


def at_once(job: Job[Any]) -> None:
    """Wait a little in case work is quick; others may draw their pages meanwhile."""
    with turns.given_up():
        job.wait(AT_ONCE)


def forget(name: str) -> None:
    """Give up the work under a name, if there is any."""
    found = st.session_state.pop(name, None)
    if isinstance(found, _Kept):
        found.job.give_up()


def stop_all() -> None:
    """Stop all work of this session and wait a moment: other work needs the one turn."""
    for found in list(st.session_state.values()):
        if isinstance(found, _Kept) and found.job.running:
            found.job.stop()
            with turns.given_up():
                found.job.wait(PATIENCE)


def follow(job: Job[Any], key: str, words: Words) -> None:
    """Show work that goes on; the whole page is drawn again when it is done.

    Parameters
    ----------
    job : Job
    key : str
        Unique on the page.
    words : Words
    """
    st.fragment(_look, run_every=EVERY)(job, key, words)


def _look(job: Job[Any], key: str, words: Words) -> None:
    if not job.running:
        st.rerun()
    told = f": {job.stage}" if words.tells and job.stage else ""
    said = words.stopping if job.stopping else f"{words.doing}{told}"
    body = f"<p><strong>{ui.safe(said)}</strong></p>"
    if words.stages:
        body += _stages(words.stages, job.stages)
    # Announced when a stage begins, and not with every second that passes.
    ui.html(f'<div class="sb-work" role="status">{body}</div>')
    ui.note(common.so_far(int(job.seconds)))
    with st.container(horizontal=True):
        if words.stop:
            st.button(words.stop, key=f"{key}-stop", on_click=job.stop, disabled=job.stopping)
        if words.give_up:
            st.button(
                words.give_up,
                key=f"{key}-give-up",
                on_click=job.give_up,
                disabled=job.stopping,
                type="tertiary",
            )


def _stages(titles: Mapping[str, str], begun: tuple[str, ...]) -> str:
    """Return the stages as a list: those done, the one at work, those to come."""
    order = list(titles)
    at = max((order.index(one) for one in begun if one in titles), default=-1)
    items = []
    for k, name in enumerate(order):
        meaning = "placed" if k < at else "held" if k == at else "unknown"
        state = common.DONE if k < at else common.AT_WORK if k == at else common.TO_COME
        current = ' aria-current="step"' if k == at else ""
        items.append(
            f"<li{current}>{ui.mark(meaning, titles[name])} "
            f'<span class="sb-soft">{ui.safe(state)}</span></li>'
        )
    return f'<ol class="sb-list sb-stages">{"".join(items)}</ol>'
