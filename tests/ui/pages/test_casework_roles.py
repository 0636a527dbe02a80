"""The pages of the working day for every role: who may work there, and who is told why not."""

from __future__ import annotations

import shutil

import pytest

from matching.domain.access import Action, Role, allows
from matching.services import placing
from matching.services.desk import utc_now
from matching.store import open_store
from matching.ui import session
from matching.ui.text import board as board_text
from matching.ui.text import calls as calls_text
from matching.ui.text import case as case_text
from matching.ui.text import placed
from tests.services import staffed
from tests.ui.evening import desk_of, evening, renewed
from tests.ui.office import choose, headline, labels_of, said, start

CALLERS = (Role.WORKER, Role.SUPERVISOR)
OTHERS = (Role.MANAGER, Role.LICENSING, Role.AUDITOR, Role.ADMIN)


@pytest.fixture(scope="module")
def made(sqlite_template, tmp_path_factory):
    """An office with a plan, and somebody who moved in."""
    path = tmp_path_factory.mktemp("roles") / "record.db"
    shutil.copy(sqlite_template, path)
    evening(path)
    store = open_store(f"sqlite:///{path}")
    placing.start(
        desk_of(store, "anna"), "R2", provider_id="P2", pool_id="B1", expected_version=0
    )
    store.close()
    return path


@pytest.fixture
def page(made, tmp_path, monkeypatch):
    """Open a page in a role."""
    path = tmp_path / "record.db"
    shutil.copy(made, path)
    staffed.quick_hashes(monkeypatch)
    store = open_store(f"sqlite:///{path}")

    def go(name: str, role: Role):
        one = staffed.staff(store, "kim", role, "main")
        token = staffed.begin(store, one, "main", utc_now())
        monkeypatch.setattr(session, "token", lambda: token)
        return start(f"sqlite:///{path}", name, monkeypatch)

    yield go
    store.close()


@pytest.mark.parametrize("role", CALLERS)
def test_whoever_calls_works_on_all_three_pages(page, role):
    app = page("calls", role)
    assert "1 call to make for 1 person" in headline(renewed(app))
    assert calls_text.PRINT in [one.label for one in app.get("download_button")]
    app = choose(app.switch_page("matching/ui/pages/case.py").run(), "R1")
    assert case_text.CALL_FOR in labels_of(app)
    app.switch_page("matching/ui/pages/board.py").run()
    assert not app.exception
    assert placed.TITLE in said(app)
    assert board_text.CALLS in labels_of(app)


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("name", ["calls", "board"])
def test_nobody_else_sees_a_case_there(page, role, name):
    assert not allows(role, Action.SEE_CASES)
    app = page(name, role)
    if name == "board":
        # Whoever may not open it begins elsewhere, and comes by its address.
        app.switch_page("matching/ui/pages/board.py").run()
    words = said(app)
    assert "R1" not in words
    assert "R2" not in words
    assert not any(label in ("R1", "R2") for label in labels_of(app))
    assert "is not for the role" in words


def test_what_is_done_at_the_screen_is_signed_with_the_account(page, monkeypatch):
    app = page("case", Role.WORKER)
    choose(app, "R2")
    assert headline(app).startswith("At Birch House since")
    assert "anna" in said(app)
