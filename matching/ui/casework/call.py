"""A call under way: what may be said, what to ask, and one press for each answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from matching.domain.casework import Answer, DeclineReason, Offer, ReleaseReason
from matching.services import calling, taking_back
from matching.services.call_lines import Ask, Place
from matching.services.calling import Answered, ToCall
from matching.services.casebook import hour
from matching.services.desk import Desk
from matching.services.first_answer import record_first_answer
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

    def begin(at: Desk) -> None:
        new = [one for one in _leaders(at_place.asks) if one.offer is None and not one.kept]
        calls = [_to_call(at_place, one) for one in new]
        for one in calls:
            _keep(at, one, run_id)
        calling.start_calls(at, at_place.provider_id, calls, run_id)

    said.act(begin)


def _to_call(at_place: Place, ask: Ask) -> ToCall:
    """Return a call about a person and those who go with them."""
    pools = {one.case: one.pool_id for one in at_place.asks if one.group is not None}
    return ToCall(ask.case, ask.pool_id, pools)


def _keep(at: Desk, call: ToCall, run_id: int) -> None:
    """Keep who was considered, whatever comes of the call."""
    diligence.keep(at, {call.case, *(call.pools or ())}, run_id)


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
        done = _recorded(at, at_place, ask, run_id, answer, asked=told, **more)
        sentence = f"{done.sentence} {done.ask}".strip()
        moves = answer not in (Answer.NO_ANSWER, Answer.CALL_BACK)
        undo = partial(_take_back, done.offer) if done.undo_until else None
        return Told(sentence, undo, moves)

    others = len(_leaders(at_place.asks)) > 1
    said.act(work, _ask_more if others else leave)


def _recorded(
    at: Desk, at_place: Place, ask: Ask, run_id: int, answer: Answer, **more: Any
) -> Answered:
    """Record an answer, with the call itself if nobody had begun it."""
    offer = ask.offer
    if offer is not None:
        number = int(offer.id or 0)
        return calling.record_answer(at, number, answer, expected_version=offer.version, **more)
    call = _to_call(at_place, ask)
    _keep(at, call, run_id)
    return record_first_answer(at, at_place.provider_id, call, answer, run_id=run_id, **more)


_TOLD: Mapping[Any, str] = {text.YES: "yes", text.NO: "no"}


def _take_back(offer: Offer, at: Desk) -> Told:
    done = taking_back.take_back_answer(at, int(offer.id or 0), expected_version=offer.version)
    return Told(done.sentence)


def _end(offers: tuple[Offer, ...]) -> None:
    """End calls that came to nothing; for a callback."""
    shown = {int(one.id or 0): one.version for one in offers}

    def work(at: Desk) -> None:
        taking_back.withdraw_all(at, shown, ReleaseReason.NOT_NEEDED)

    said.act(work, leave)
