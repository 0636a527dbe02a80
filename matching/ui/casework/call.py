"""A call under way: what may be said, what to ask, and one press for each answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from matching.domain.casework import Answer, DeclineReason, Offer, ReleaseReason
from matching.services import calling, taking_back
from matching.services.call_lines import Ask, Place
from matching.services.casebook import hour
from matching.services.desk import Desk
from matching.ui import components as ui
from matching.ui.casework import beds, diligence, opening, said
from matching.ui.casework.said import Told
from matching.ui.text import calls as text
from matching.ui.text import casework, common

_AT, _MORE = "calls-at", "calls-more"


def place() -> str | None:
    """Return the provider that is being called in this session, if one is."""
    found = st.session_state.get(_AT)
    return found if isinstance(found, str) else None


def show(provider_id: str) -> None:
    """Open a call that was begun before; for a callback."""
    st.session_state[_AT] = provider_id
    st.session_state.pop(_MORE, None)


def start(at_place: Place, run_id: int) -> None:
    """Begin a call about everybody whom the plan proposes there; for a callback."""
    show(at_place.provider_id)
    said.forget()

    def begin(at: Desk) -> Told | None:
        for ask in _leaders(at_place.asks):
            if ask.offer is None and not ask.kept:
                _started(at, at_place, ask, run_id)
        return None

    said.act(begin)


def _started(at: Desk, at_place: Place, ask: Ask, run_id: int) -> Offer:
    """Say that somebody is calling for a person and those who go with them."""
    pools = {one.case: one.pool_id for one in at_place.asks if one.group is not None}
    diligence.keep(at, {ask.case, *pools}, run_id)
    return calling.start_calling(
        at, ask.case, at_place.provider_id, ask.pool_id, run_id, pools=pools
    )


def leave() -> None:
    """Go back to the list; what was begun stays so. For a callback."""
    st.session_state.pop(_AT, None)
    st.session_state.pop(_MORE, None)


def _leaders(asks: Sequence[Ask]) -> list[Ask]:
    """Return one person for each group, and everybody without one."""
    seen: set[str] = set()
    out = []
    for ask in asks:
        if ask.group is None or ask.group not in seen:
            out.append(ask)
        if ask.group is not None:
            seen.add(ask.group)
    return out


def draw(at: Desk, at_place: Place, run_id: int) -> None:
    """Draw the call.

    Parameters
    ----------
    at : Desk
    at_place : Place
    run_id : int
        Number of the plan that the sheet follows.
    """
    with st.container(key="open-part-call"):
        ui.section(at_place.name, common.capital(at_place.placement_type))
        if at_place.hidden:
            opening.draw(at, at_place.provider_id)
        _facts(at, at_place)
        ui.box(text.SILENT, "warn", text.SILENT_LABEL)
        for ask in _leaders(at_place.asks):
            mates = [one for one in at_place.asks if ask.group and one.group == ask.group]
            _person(at, at_place, ask, mates or [ask], run_id)
        beds.draw(at, at_place)
        mine = [one for one in at_place.calling if one.opened_by == at.actor.name]
        with st.container(horizontal=True):
            st.button(text.BACK, key="call-back-to-list", on_click=leave)
            if mine:
                st.button(
                    text.CLOSE,
                    key="call-end",
                    type="tertiary",
                    on_click=_end,
                    args=(tuple(mine),),
                )


def _facts(at: Desk, at_place: Place) -> None:
    others = text.calling(at_place, partial(hour, at), at.actor.name)
    there = f"{others} {text.taken(at_place.taken)}".strip()
    ui.facts(
        [
            (text.CALL, ui.Html(f"<strong>{ui.safe(text.number(at_place))}</strong>")),
            (text.BEDS, text.vacancies(at_place)),
            (text.PAST, at_place.past.sentence()),
            *([(text.NOW, there)] if there else []),
        ]
    )


def _person(at: Desk, at_place: Place, ask: Ask, together: Sequence[Ask], run_id: int) -> None:
    """Draw one person of the call, or those who go together."""
    key = f"{ask.case}-{ask.pool_id}"
    with st.container(key=f"call-person-{key}"):
        for one in together:
            ui.part(text.ask_title(one))
            if one.kept:
                ui.html(f"<p>{ui.mark('held', common.capital(text.KEPT))}</p>")
            _say(one)
        if len(together) > 1:
            ui.note(text.TOGETHER)
        other = ask.offer
        if other is not None and other.opened_by != at.actor.name:
            since = hour(at, other.opened_at)
            ui.box(text.ANOTHERS.format(who=other.opened_by, moment=since), "warn")
        asked = _questions(together)
        _answers(at_place, ask, key, asked, run_id)


def _say(ask: Ask) -> None:
    ui.html(
        f"<p><strong>{ui.safe(text.SAY)}.</strong> "
        f"{ui.safe(common.capital(', '.join(ask.say)))}.</p>"
    )
    if ask.first:
        items = "".join(f"<li>{ui.mark('asked', one)}</li>" for one in ask.first)
        ui.html(
            f"<p><strong>{ui.safe(text.FIRST)}.</strong></p>"
            f'<ul class="sb-list sb-asks">{items}</ul>'
        )


def _questions(together: Sequence[Ask]) -> tuple[tuple[str, str, str], ...]:
    """Draw what to ask, each with yes and no; return code, question and key of each."""
    out: dict[tuple[str, str], str] = {}
    for ask in together:
        for one in ask.questions:
            out.setdefault(
                (one.code, one.sentence), f"asked-{ask.case}-{ask.pool_id}-{len(out)}"
            )
    if not out:
        return ()
    ui.html(f"<p><strong>{ui.safe(text.ASK)}.</strong></p>")
    for (_, question), key in out.items():
        st.segmented_control(
            ui.literal(question), [text.YES, text.NO], key=key, persist_state="session"
        )
    return tuple((code, question, key) for (code, question), key in out.items())


def _answers(
    at_place: Place,
    ask: Ask,
    key: str,
    asked: tuple[tuple[str, str, str], ...],
    run_id: int,
) -> None:
    more = st.session_state.get(_MORE)
    press = partial(_press, at_place, ask, asked, run_id)
    with st.container(horizontal=True, key=f"answers-{key}"):
        for answer, label in casework.ANSWERS.items():
            wider = answer in (Answer.DECLINED, Answer.CALL_BACK)
            st.button(
                label,
                key=f"answer-{answer.value}-{key}",
                help=text.ANSWER_HELP.get(answer.value),
                type="primary" if more == (key, answer) else "secondary",
                on_click=_ask_more if wider else press,
                args=(key, answer) if wider else (answer,),
            )
    if more == (key, Answer.DECLINED):
        said.ask(text.WHY.format(case=ask.case))
        with st.container(horizontal=True, key=f"reasons-{key}"):
            for reason in DeclineReason:
                st.button(
                    common.capital(casework.DECLINES[reason]),
                    key=f"reason-{reason.value}-{key}",
                    on_click=press,
                    args=(Answer.DECLINED,),
                    kwargs={"reason": reason},
                )
            st.button(text.CANCEL, key=f"cancel-{key}", type="tertiary", on_click=_ask_more)
    if more == (key, Answer.CALL_BACK):
        said.ask(text.WHEN_BACK.format(case=ask.case))
        with st.container(horizontal=True, key=f"minutes-{key}"):
            for minutes in text.MINUTES:
                st.button(
                    common.capital(text.minutes(minutes)),
                    key=f"back-{minutes}-{key}",
                    on_click=press,
                    args=(Answer.CALL_BACK,),
                    kwargs={"call_back_minutes": minutes},
                )
            st.button(text.CANCEL, key=f"cancel-{key}", type="tertiary", on_click=_ask_more)


def _ask_more(key: str = "", answer: Answer | None = None) -> None:
    """Ask for a reason or a time, or no longer; for a callback."""
    if answer is None:
        st.session_state.pop(_MORE, None)
    else:
        st.session_state[_MORE] = (key, answer)


def _press(
    at_place: Place,
    ask: Ask,
    asked: tuple[tuple[str, str, str], ...],
    run_id: int,
    answer: Answer,
    **more: Any,
) -> None:
    """Record an answer; for a callback."""
    told = [
        {"code": code, "question": question, "answer": _TOLD.get(st.session_state.get(key))}
        for code, question, key in asked
    ]

    def work(at: Desk) -> Told:
        offer = ask.offer or _started(at, at_place, ask, run_id)
        done = calling.record_answer(
            at, int(offer.id or 0), answer, asked=told, expected_version=offer.version, **more
        )
        sentence = f"{done.sentence} {done.ask}".strip()
        moves = answer not in (Answer.NO_ANSWER, Answer.CALL_BACK)
        undo = partial(_take_back, done.offer) if done.undo_until else None
        return Told(sentence, undo, moves)

    others = len(_leaders(at_place.asks)) > 1
    said.act(work, _ask_more if others else leave)


_TOLD: Mapping[Any, str] = {text.YES: "yes", text.NO: "no"}


def _take_back(offer: Offer, at: Desk) -> Told:
    done = taking_back.take_back_answer(at, int(offer.id or 0), expected_version=offer.version)
    return Told(done.sentence)


def _end(offers: tuple[Offer, ...]) -> None:
    """End calls that came to nothing; for a callback."""

    def work(at: Desk) -> None:
        for one in offers:
            taking_back.withdraw(
                at, int(one.id or 0), ReleaseReason.NOT_NEEDED, expected_version=one.version
            )

    said.act(work, leave)
