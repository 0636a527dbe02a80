"""A provider and its beds corrected on its page; beds confirmed as they were in one press."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.records import BedPool, Provider
from matching.intake.field_types import Field
from matching.services.desk import Desk
from matching.services.form_choices import form_choices
from matching.services.provider_edit import (
    ProviderEdits,
    ProviderForm,
    edit,
    open_form,
    preview,
    stop,
)
from matching.services.provider_new import add_beds
from matching.services.upload_commit import SHRINK_WORDS, ShrinkReason
from matching.ui import components as ui
from matching.ui.casework import said
from matching.ui.casework.said import Told
from matching.ui.casework_forms import answers, confirming, corrected, groups
from matching.ui.text import common
from matching.ui.text import forms as text

_OPEN, _FORM, _GROUP, _KEY = "edit-home", "edit-home-form", "edit-home-group", "edit-home"
_BEDS, _MORE = "beds:", "more-beds"


def draw(at: Desk, provider_id: str) -> None:
    """Draw the way to correct a provider, or the form.

    Parameters
    ----------
    at : Desk
    provider_id : str
        Of a provider that the actor may see by name.
    """
    if not allows(at.actor.role, Action.EDIT_PROVIDER):
        return
    with st.container(key="edit-home-part"):
        if st.session_state.get(_OPEN) != provider_id:
            st.button(
                text.EDIT_PROVIDER, key="edit-home-open", on_click=_open, args=(provider_id,)
            )
            return
        form = _form(at, provider_id)
        ui.section(text.EDIT_PROVIDER, text.CORRECT_NOTE)
        pending = confirming.pending(_KEY, provider_id)
        if pending is None:
            _facts(at, form)
        else:
            _below(pending.edits)
            confirming.draw(_KEY, pending, lambda: _save(form, confirmed=True))
        st.button(text.CLOSE, key="edit-home-close", type="tertiary", on_click=close)


def _open(provider_id: str) -> None:
    close()
    st.session_state[_OPEN] = provider_id


def close() -> None:
    """Leave the form."""
    for name in (_OPEN, _FORM):
        st.session_state.pop(name, None)
    confirming.forget(_KEY)


def _form(at: Desk, provider_id: str) -> ProviderForm:
    kept = st.session_state.get(_FORM)
    if not isinstance(kept, ProviderForm) or kept.provider.provider_id != provider_id:
        kept = open_form(at, provider_id)
        st.session_state[_FORM] = kept
    return kept


def _groups(form: ProviderForm) -> dict[str, str]:
    """Return the groups of facts, the bed pools among them."""
    beds = {
        f"{_BEDS}{one.pool_id}": text.BEDS_OF.format(name=one.pool_name or one.pool_id)
        for one in form.pools
    }
    return {**beds, **text.PROVIDER_GROUPS, _MORE: text.MORE_BEDS}


def _asked(form: ProviderForm, group: str) -> tuple[tuple[Field, ...], Provider | BedPool]:
    """Return the fields of a group, and the record that they are of."""
    if group == _MORE:
        return groups.of_pool(), BedPool(pool_id="", provider_id=form.provider.provider_id)
    if group.startswith(_BEDS):
        pool = next(one for one in form.pools if one.pool_id == group.removeprefix(_BEDS))
        return groups.of_pool(), pool
    return groups.of_provider(group), form.provider


def _key(form: ProviderForm, group: str) -> str:
    """Return what tells the answers of this provider apart from those of every other."""
    return f"{_KEY}-{form.version}-{form.provider.provider_id}-{group}"


def _facts(at: Desk, form: ProviderForm) -> None:
    titles = _groups(form)
    group = st.segmented_control(
        text.WHICH,
        list(titles),
        default=next(iter(titles)),
        format_func=titles.__getitem__,
        key=_GROUP,
        required=True,
    )
    fields, record = _asked(form, str(group))
    choices, key = form_choices(at), _key(form, str(group))
    if form.people or form.provider.residents:
        with st.expander(text.BELOW):
            _why()
    with st.form("edit-home-facts", border=False):
        for field in fields:
            answers.draw(field, getattr(record, field.attribute), choices, key)
        st.form_submit_button(
            text.SAVE, key="edit-home-save", on_click=_save, args=(form,), type="primary"
        )
    if form.pools:
        st.button(
            text.STOP,
            key="edit-home-stop",
            help=text.STOP_HELP,
            on_click=_stop,
            args=(form,),
        )


def _why() -> None:
    st.selectbox(
        text.BELOW_WHY,
        list(ShrinkReason),
        index=None,
        format_func=lambda one: common.capital(SHRINK_WORDS[one]),
        key="edit-home-shrink",
        placeholder=text.BELOW_ANY,
        width=520,
    )


def _below(edits: object) -> None:
    if isinstance(edits, ProviderEdits):
        for sentence in edits.below:
            ui.box(sentence, "warn", text.BELOW)


def _shrink() -> ShrinkReason | None:
    found = st.session_state.get("edit-home-shrink")
    return found if isinstance(found, ShrinkReason) else None


def _save(form: ProviderForm, *, confirmed: bool = False) -> None:
    """Save what was answered, or ask first about what loosens safety; for a callback."""
    name, shrink = form.provider.provider_id, _shrink()
    titles = _groups(form)
    group = str(st.session_state.get(_GROUP) or next(iter(titles)))
    kept = confirming.pending(_KEY, name)

    def work(at: Desk) -> Told | None:
        if group == _MORE:
            fields, _ = _asked(form, group)
            more = add_beds(at, name, answers.given(fields, _key(form, group)))
            close()
            return corrected.told(more)
        told: Mapping[str, Any]
        pools: Mapping[str, Mapping[str, Any]]
        why = shrink
        if confirmed and kept is not None:
            names = kept.confirmed()
            if names is None:
                return None
            told, (pools, why) = kept.changes, kept.more
        else:
            names = frozenset()
            fields, record = _asked(form, group)
            changes = answers.changes(fields, record, _key(form, group))
            own = isinstance(record, Provider)
            told = changes if own else {}
            pools = {} if own else {group.removeprefix(_BEDS): changes}
            found = preview(at, name, told, pools)
            if found.loosening:
                confirming.keep(_KEY, name, told, found, (pools, shrink))
                return None
        done = edit(
            at,
            name,
            told,
            form.version,
            pools=pools,
            pool_versions=form.pool_versions,
            confirmed=names,
            shrink=why,
        )
        close()
        return corrected.told(done)

    said.act(work)


def _stop(form: ProviderForm) -> None:
    """Let it take in nobody any more; for a callback."""
    shrink = _shrink()

    def work(at: Desk) -> Told:
        done = stop(at, form, shrink=shrink)
        close()
        return corrected.told(done)

    said.act(work)
