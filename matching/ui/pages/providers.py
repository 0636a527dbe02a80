"""The page Providers: find one, see what it has and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import partial

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.errors import NotFound
from matching.domain.words import Course, label
from matching.intake.vocabulary import language_name
from matching.services import exports, finding, sheets, views
from matching.services.desk import Desk
from matching.services.more_beds import beds_at
from matching.services.provider_card import Held, ProviderCard, provider_card, term
from matching.ui import components as ui
from matching.ui import navigation, phone_round, session
from matching.ui.casework import renewal, said
from matching.ui.casework_forms import (
    clear_site,
    edit_provider,
    new_provider,
    open_provider,
    still,
)
from matching.ui.text import common
from matching.ui.text import providers as text
from matching.ui.text import shell as words

_PAGE = 20
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHOSEN = "provider"


def page() -> None:
    """Draw the list, or the provider that was opened."""
    at = session.desk()
    chosen = st.session_state.get(_CHOSEN)
    if isinstance(chosen, str):
        _opened(at, chosen)
    elif new_provider.is_shown():
        st.button(text.BACK, key="provider-back", on_click=new_provider.close)
        new_provider.draw(at, _CHOSEN)
    elif phone_round.is_shown():
        phone_round.draw(at)
    else:
        _list(at)


def _opened(at: Desk, provider_id: str) -> None:
    try:
        card = provider_card(at, provider_id)
    except NotFound as error:
        st.session_state.pop(_CHOSEN)
        said.otherwise(error)
        _list(at)
    else:
        st.button(text.BACK, key="provider-back", on_click=_close)
        _card(at, card)


def _open(provider_id: str) -> None:
    st.session_state[_CHOSEN] = provider_id


def _close() -> None:
    st.session_state.pop(_CHOSEN, None)
    edit_provider.close()
    said.forget()


def _list(at: Desk) -> None:
    everyone = session.providers(at)
    now = at.clock()
    if not everyone:
        ui.head(words.PAGES["providers"], text.EMPTY_TITLE + ".", ui.as_of(at, now))
        said.show("providers")
        ui.empty("", text.EMPTY)
        if st.button(text.GO_UPLOAD, type="primary", key="go-upload"):
            navigation.go("upload")
        new_provider.offer(at)
        return
    stale = views.stale_limit(at)
    ui.head(
        words.PAGES["providers"],
        text.sentence(
            len(everyone),
            len(finding.counties_of(everyone)),
            sum(row.free.known for row in everyone),
            sum(not finding.is_fresh(row, stale) for row in everyone),
        ),
        ui.as_of(at, now),
    )
    said.show("providers")
    renewal.draw(at)
    with st.container(horizontal=True):
        st.button(text.ROUND, key="phone-round", on_click=phone_round.show)
        new_provider.offer(at)
    found = _filters(everyone, stale)
    free = sum(row.free.known for row in found)
    ui.section(text.LIST, text.shown(len(found), len(everyone), free))
    if not found:
        ui.empty("", text.NO_MATCH)
        return
    today = at.local(now).date()
    lines = [_line(found[k], today) for k in ui.page_of(found, "providers-page", _PAGE)]
    ui.rows(
        "providers",
        text.COLUMNS,
        (1.6, 1.5, 0.8, 1, 1.4, 1.4),
        lines,
        _open,
        lead=20,
        help_text=text.OPEN,
    )
    ui.pager(found, "providers-page", _PAGE)
    _downloads(at, found)


def _downloads(at: Desk, found: tuple[views.ProviderRow, ...]) -> None:
    if not allows(at.actor.role, Action.EXPORT_PROVIDERS):
        return
    with st.popover(text.EXPORT):
        ui.note(text.EXPORT_NOTE)
        for key, title, name, mime, data in (
            ("book", text.EXPORT_BOOK, text.EXPORT_BOOK_FILE, _XLSX, sheets.export_workbook),
            ("csv", text.EXPORT_CSV, text.EXPORT_FILE, "text/csv", sheets.export_providers),
        ):
            st.download_button(
                title,
                data=partial(data, at, found),
                file_name=name,
                mime=mime,
                key=f"providers-{key}",
                on_click="ignore",
            )
        for form in exports.StandardForm:
            st.download_button(
                text.EXPORT_AS[form.value],
                data=partial(_standard, at, found, form),
                file_name=exports.filename(at, form),
                mime="application/zip",
                key=f"providers-{form.value}",
                on_click="ignore",
            )


def _standard(
    at: Desk, found: tuple[views.ProviderRow, ...], form: exports.StandardForm
) -> bytes:
    return exports.export_standard(at, found, form).content


def _filters(
    everyone: tuple[views.ProviderRow, ...], stale: int
) -> tuple[views.ProviderRow, ...]:
    with st.container(horizontal=True, vertical_alignment="bottom", key="provider-filters"):
        search = st.text_input(
            text.SEARCH, placeholder=text.SEARCH_HINT, key="provider-search", width=190
        )
        kinds = st.multiselect(
            text.TYPE,
            finding.kinds_of(everyone),
            format_func=_words,
            placeholder=text.ALL_TYPES,
            key="provider-kinds",
            width=230,
        )
        county = st.selectbox(
            text.COUNTY,
            finding.counties_of(everyone),
            index=None,
            placeholder=text.ALL_COUNTIES,
            key="provider-county",
            width=190,
        )
        course = st.selectbox(
            text.TRAINING,
            list(Course),
            index=None,
            format_func=_words,
            placeholder=text.ALL_TRAININGS,
            key="provider-course",
            width=190,
        )
        news = st.pills(
            text.NEWS,
            list(finding.News),
            format_func=text.NEWS_KINDS.__getitem__,
            key="provider-news",
        )
        free_only = st.checkbox(text.FREE_ONLY, key="provider-free")
    return finding.find_providers(
        everyone,
        stale,
        text=search or "",
        kinds=kinds,
        county=county,
        course=course,
        free_only=free_only,
        news=news,
    )


def _words(value: StrEnum) -> str:
    return common.capital(label(value))


def _line(row: views.ProviderRow, today: date) -> ui.Row:
    one = row.provider
    undated = any(pool.as_of is None for pool in row.pools)
    courses = [t for t in one.trainings or () if t.course is Course.TRAFFICKING]
    ends = [t.expires for t in courses if t.expires is not None]
    trained: ui.Html | str = text.NONE_LISTED if one.trainings is not None else common.UNKNOWN
    if courses:
        trained = _until(max(ends, default=None), today)
    return ui.Row(
        one.provider_id,
        one.name or one.provider_id,
        (
            common.capital(common.kind(one.placement_type)),
            row.county,
            ui.mark("without", text.CLOSED)
            if row.closed
            else common.beds(row.free.known, row.free.unknown_pools),
            text.heard(None if undated else row.news_hours),
            _until(one.licence_expires, today),
            trained,
        ),
    )


def _until(ends: date | None, today: date) -> ui.Html:
    state = term(ends, today)
    return ui.mark(
        text.TERMS[state][0], text.until(state, "" if ends is None else common.day(ends))
    )


def _card(at: Desk, card: ProviderCard) -> None:
    one, row = card.row.provider, card.row
    ui.head(words.PAGES["providers"], _first_sentence(card), ui.as_of(at, at.clock()))
    said.show(f"provider {one.provider_id}")
    renewal.draw(at)
    covered = open_provider.draw(at, one.provider_id)
    ui.section(text.POOLS)
    if row.pools:
        _pools(at, row)
        still.draw(at, one.provider_id)
    else:
        ui.empty("", text.NO_POOLS)
    _more_beds(at, one.provider_id)
    ui.section(text.HELD)
    if card.held:
        ui.table(text.HELD_COLUMNS, [_held(h) for h in card.held], text.HELD_CAPTION)
    else:
        ui.empty("", text.NOTHING_HELD)
    ui.section(text.ABOUT)
    _about(card)
    clear_site.draw(at, one.provider_id)
    if not covered:
        edit_provider.draw(at, one.provider_id)


def _first_sentence(card: ProviderCard) -> str:
    one, row = card.row.provider, card.row
    kind = "" if one.placement_type is None else common.kind(one.placement_type)
    if card.closed is not None:
        return text.closed(card.closed, kind, row.county)
    free = text.free_beds(row.free.known, row.free.unknown_pools)
    return text.card(one.name or one.provider_id, kind, row.county, free)


def _more_beds(at: Desk, provider_id: str) -> None:
    """Draw what one more bed here would do in the last plan, to those who see cases."""
    if not allows(at.actor.role, Action.SEE_CASES):
        return
    saved = session.current_run(at)
    if saved is None or provider_id not in saved.run.problem.provider_ids:
        return
    about = (saved.number, provider_id)
    found = session.once(at, "provider-beds", about, lambda: beds_at(at, saved, provider_id))
    if found:
        ui.section(text.MORE_BEDS, text.MORE_BEDS_NOTE.format(number=saved.number))
        items = "".join(
            f"<li>{ui.mark('placed' if one.more else 'unknown', one.sentence)}</li>"
            for one in found
        )
        ui.html(f'<ul class="sb-list sb-asks">{items}</ul>')


def _pools(at: Desk, row: views.ProviderRow) -> None:
    first, who, ages, *numbers, heard = text.POOL_COLUMNS
    now = at.clock()
    ui.table(
        [first, who, ages, *(ui.Column(title, number=True) for title in numbers), heard],
        [
            (
                pool.pool_name or pool.pool_id,
                _listed(pool.genders, text.ANY_GENDER, text.ANY_GENDER),
                text.ages(pool.age_min, pool.age_max),
                *(
                    text.NOT_SAID if beds is None else f"{beds:,}"
                    for beds in (
                        pool.beds_licensed,
                        pool.beds_staffed,
                        pool.beds_accepting,
                        pool.beds_occupied,
                        pool.beds_held,
                        pool.free,
                    )
                ),
                text.heard(views.hours_since(pool.as_of, now)),
            )
            for pool in row.pools
        ],
        text.POOLS_CAPTION,
    )


def _held(one: Held) -> tuple[object, ...]:
    meaning, said = text.TERMS[one.term]
    until = common.UNKNOWN if one.ends is None else common.day(one.ends)
    return common.capital(one.what) + text.caregivers(one.people), until, ui.mark(meaning, said)


def _listed(values: Iterable[StrEnum] | None, none: str, unknown: str) -> str:
    if values is None:
        return unknown
    return ", ".join(sorted(label(value) for value in values)) or none


def _about(card: ProviderCard) -> None:
    one, county = card.row.provider, card.row.county
    capacity = one.licensed_capacity
    ui.facts(
        [
            (text.CODE, one.provider_id),
            (text.AGENCY, one.agency or common.UNKNOWN),
            (
                text.WHERE,
                text.COUNTY_ONLY.format(county=county) if card.county_only else county,
            ),
            (
                text.CAPACITY,
                common.UNKNOWN if capacity is None else common.count(capacity, "bed"),
            ),
            (text.RESIDENTS, common.UNKNOWN if one.residents is None else f"{one.residents:,}"),
            (text.STAFF, text.staff(one.staff_on_shift, one.staff_ratio)),
            (text.EXCLUDES, _listed(one.excludes, text.NO_EXCLUSIONS, common.UNKNOWN)),
            (text.OFFERS, _listed(one.capabilities, text.NONE_LISTED, common.UNKNOWN)),
            (
                text.LANGUAGES,
                common.UNKNOWN
                if one.languages is None
                else common.listed(sorted(language_name(code) for code in one.languages)),
            ),
            (text.INTAKE, text.YES_NO[one.intake_24_7]),
            (text.STAY, text.stay(one.max_stay_days)),
        ]
    )


page()
