"""Logs that say what kind of thing went wrong and nothing about a person.

The message of an exception may quote a cell or a case, and the frame it was
raised in holds the values themselves, so neither reaches a log.
"""

from __future__ import annotations

import logging
from typing import Any

_QUERY = "?"


def redacted(record: logging.LogRecord) -> logging.LogRecord:
    """Take out of a log record what might be about a person.

    Parameters
    ----------
    record : logging.LogRecord
        Changed in place.

    Returns
    -------
    logging.LogRecord
        The same record: with the type of an exception instead of its message
        and trace, without the values of local variables, and with addresses
        cut at their query.
    """
    args = record.args if isinstance(record.args, tuple) else (record.args,)
    if record.exc_info or any(isinstance(arg, BaseException) for arg in args):
        kind = record.exc_info[0] if record.exc_info else None
        record.exc_info = None
        record.exc_text = None
        record.args = _plain(record.args)
        if kind is not None:
            record.msg, record.args = f"{_said(record)} [{kind.__name__}]", ()
    record.stack_info = None
    if record.name == "uvicorn.access":
        record.args = _without_query(record.args)
    return record


def _said(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        return str(record.msg)


def _plain(args: Any) -> Any:
    """Replace exceptions among the arguments of a message by their type's name."""
    if isinstance(args, tuple):
        return tuple(_plain(arg) for arg in args)
    return type(args).__name__ if isinstance(args, BaseException) else args


def _without_query(args: Any) -> Any:
    if not isinstance(args, tuple):
        return args
    return tuple(
        arg.partition(_QUERY)[0] if isinstance(arg, str) and arg.startswith("/") else arg
        for arg in args
    )


class _Records:
    """Makes every log record of the process a redacted one."""

    def __init__(self, make: Any) -> None:
        self.make = make

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        return redacted(self.make(*args, **kwargs))


def redact_logs() -> None:
    """Redact every log of this process, of every package, from now on."""
    make = logging.getLogRecordFactory()
    if not isinstance(make, _Records):
        logging.setLogRecordFactory(_Records(make))
