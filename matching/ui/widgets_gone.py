"""What Streamlit keeps of widgets that no page shows any more is let go of.

For every widget that was ever drawn in a session Streamlit keeps what draws and answers it,
with whatever its callback was given, until the session ends: case after case, for ten
hours. Its values go when a page without it is there; so does the rest here, one page later,
so that a press on its way still arrives. (Measured: 3 kilobytes for each button of a case.)
"""

from __future__ import annotations

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.session_state import SessionState


def let_go() -> None:
    """Forget the widgets that the page before this one did not show; at the start of a page.

    By then the callbacks of the press that led here have been called.
    """
    context = get_script_run_ctx()
    if context is None:
        return
    with context.session_state._lock:
        _let_go(context.session_state._state)


def _let_go(state: SessionState) -> None:
    known = state._new_widget_state.widget_metadata
    names = state._key_id_mapper
    for gone in known.keys() - state._new_widget_state.states.keys() - state._old_state.keys():
        del known[gone]
        name = names.id_key_mapping.get(gone)
        # The same name may stand for another widget by now.
        if name is not None and names.get_id_from_key(name) == gone:
            names.delete(name)
        else:
            names.id_key_mapping.pop(gone, None)
