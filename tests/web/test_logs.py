"""What a log may say: the kind of an error, and nothing about a person."""

from __future__ import annotations

import asyncio
import gc
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import web
from matching.web.logs import redact_logs, redacted

SECRET = "born 4 May 2009 in Elm Street"


def _record(message: str, args: tuple = (), error: BaseException | None = None, name="x"):
    info = (type(error), error, None) if error else None
    return logging.LogRecord(name, logging.ERROR, "file.py", 1, message, args, info)


def test_an_exception_is_named_by_its_type_only():
    out = redacted(_record("Uncaught app execution", error=ValueError(SECRET)))
    text = logging.Formatter().format(out)
    assert text == "Uncaught app execution [ValueError]"


def test_an_exception_among_the_arguments_is_named_by_its_type_only():
    out = redacted(_record("failed: %s after %d", (KeyError(SECRET), 3)))
    assert out.getMessage() == "failed: KeyError after 3"


@given(st.text(), st.text(min_size=9))
def test_no_message_of_an_exception_is_ever_written(words, secret):
    error = ValueError(f"<{secret}>")
    out = redacted(_record("%s: %s", (words, error), error))
    assert f"<{secret}>" not in logging.Formatter().format(out).removeprefix(words)


def test_a_message_that_does_not_fit_its_arguments_is_still_written():
    out = redacted(_record("all %s of %s", (1,), ValueError(SECRET)))
    assert out.getMessage() == "all %s of %s [ValueError]"


def test_addresses_are_cut_at_their_query():
    args = ("127.0.0.1:1", "GET", "/case?id=R-1", "1.1", 200)
    out = redacted(_record('%s - "%s %s HTTP/%s" %d', args, name="uvicorn.access"))
    assert out.getMessage() == '127.0.0.1:1 - "GET /case HTTP/1.1" 200'


def test_ordinary_messages_stay_as_they_are():
    out = redacted(_record("%d providers in %s", (3, "Oak County")))
    assert out.getMessage() == "3 providers in Oak County"


def test_trace_and_stack_are_dropped():
    record = _record("x", error=ValueError(SECRET))
    record.exc_text, record.stack_info = SECRET, SECRET
    assert SECRET not in logging.Formatter().format(redacted(record))


@pytest.fixture
def restored():
    before = logging.getLogRecordFactory()
    yield
    logging.setLogRecordFactory(before)


def test_every_logger_of_the_process_is_redacted_once(restored, caplog):
    redact_logs()
    first = logging.getLogRecordFactory()
    redact_logs()
    assert logging.getLogRecordFactory() is first
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("anybody.at.all").exception("It failed")
    assert caplog.messages == ["It failed [ValueError]"]
    assert SECRET not in caplog.text


def test_lifespan_redacts_and_leaves_little_to_collect(restored):
    async def go() -> int:
        async with web.lifespan(None):
            return gc.get_freeze_count()

    try:
        assert asyncio.run(go()) > 0
        assert type(logging.getLogRecordFactory()).__name__ == "_Records"
    finally:
        gc.unfreeze()
