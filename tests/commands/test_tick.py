"""``tick`` ends what is due, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from matching.__main__ import main
from matching.domain.casework import CaseState
from matching.services import holding
from matching.services.desk import utc_now
from matching.store import open_store
from tests.services.casework import beds, case, desk_of, oak, on_record, people


def test_holds_whose_time_has_come_end(new_url, monkeypatch, capsys):
    url = new_url(tables=True)
    monkeypatch.setenv("DATABASE_URL", url)
    store = open_store(url)
    began = utc_now() - timedelta(hours=2)
    fresh = {"as_of": began, "available_from": began.date()}
    on_record(
        store,
        [oak(licence_expires=None, certificate_expires=None)],
        [beds(1, **fresh)],
        people(1),
    )
    desk = replace(desk_of(store), clock=lambda: began)
    holding.hold(desk, "R1", "H1", "P", minutes=60)
    assert main(["tick"]) == 0
    assert capsys.readouterr().out == "Ended at their time: 1 hold, 0 kept beds.\n"
    assert case(desk).state is CaseState.WAITING
    assert main(["tick"]) == 0
    assert capsys.readouterr().out == "Ended at their time: 0 holds, 0 kept beds.\n"
    store.close()
