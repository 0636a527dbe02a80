"""What Streamlit keeps of widgets goes with the page that showed them, one page later."""

from __future__ import annotations

import streamlit as st
from streamlit.testing.v1 import AppTest

from matching.ui import widgets_gone
from tests.ui.conftest import ROOT

PRESSED = []


def kept(app: AppTest) -> set[str]:
    """Return the names of the widgets of which anything is kept."""
    state = app._session_state._state
    by_name = state._key_id_mapper._key_id_mapping
    known = state._new_widget_state.widget_metadata.keys()
    assert set(by_name.values()) <= known
    assert set(state._key_id_mapper.id_key_mapping) <= known
    return set(by_name)


def page_of_a_case() -> None:
    """Draw one case; its number is what the session says."""
    import streamlit as st

    from matching.ui import widgets_gone
    from tests.ui.test_widgets_gone import PRESSED

    widgets_gone.let_go()
    case = st.session_state.setdefault("case", 0)
    st.button("Call", key=f"call-{case}", on_click=PRESSED.append, args=(case,))
    st.text_input("Note", key=f"note-{case}")
    st.text_input("Search", key="search")


def test_widgets_of_cases_that_were_left_are_not_kept():
    app = AppTest.from_function(page_of_a_case).run()
    for case in range(1, 30):
        app.session_state["case"] = case
        app.run()
        assert not app.exception
    assert kept(app) == {"search", "call-29", "note-29", "call-28", "note-28"}
    app.run()
    assert kept(app) == {"search", "call-29", "note-29"}


def test_what_stands_on_the_page_keeps_its_value_and_its_callback():
    PRESSED.clear()
    app = AppTest.from_function(page_of_a_case).run()
    app.text_input(key="search").set_value("R-12").run()
    app.text_input(key="note-0").set_value("asked").run().run()
    assert app.text_input(key="search").value == "R-12"
    assert app.text_input(key="note-0").value == "asked"
    app.button(key="call-0").click().run()
    assert PRESSED == [0]


def test_a_press_that_was_on_its_way_when_the_page_changed_arrives():
    PRESSED.clear()
    app = AppTest.from_function(page_of_a_case).run()
    before = app.button(key="call-0")
    app.session_state["case"] = 1
    app.run()
    # The browser still showed the page before when it was pressed.
    states = app._tree.get_widget_states()
    late = states.widgets.add()
    late.id, late.trigger_value = before.id, True
    app._run(states)
    assert PRESSED == [0]


def test_going_back_finds_the_widgets_as_new():
    app = AppTest.from_function(page_of_a_case).run()
    for case in (1, 2, 0):
        app.session_state["case"] = case
        app.run()
    PRESSED.clear()
    app.button(key="call-0").click().run()
    assert PRESSED == [0]
    assert app.text_input(key="note-0").value == ""


def test_outside_a_page_there_is_nothing_to_let_go():
    widgets_gone.let_go()
    assert not st.runtime.exists()


def test_the_dashboard_lets_go_of_the_pages_that_were_left(open_page):
    app = open_page("board")
    first = kept(app)
    for name in ("providers", "gaps", "policy", "board", "board"):
        app = app.switch_page(str(ROOT / "matching" / "ui" / "pages" / f"{name}.py")).run()
        assert not app.exception
    assert kept(app) <= first | {"page"}
