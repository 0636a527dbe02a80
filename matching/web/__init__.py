"""What stands before the pages: who may ask, headers, compression, quiet logs."""

from __future__ import annotations

import gc
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.middleware import Middleware
from starlette.routing import Route

from matching.web.compress import CompressAssets
from matching.web.door import Door
from matching.web.elsewhere import SignInElsewhere
from matching.web.guard import Guard
from matching.web.headers import SecurityHeaders
from matching.web.logs import redact_logs
from matching.web.page_script import PageScript
from matching.web.place import Place, the_place
from matching.web.ticker import ticking

#: Large packages the pages need; loaded before the first visitor comes.
_HEAVY = ("pandas", "plotly.graph_objects", "matching.services.matching")


def middleware(place: Place | None = None) -> list[Middleware]:
    """Return the middleware of the dashboard, outermost first.

    Parameters
    ----------
    place : Place, optional
        By default the process's own.
    """
    return [
        Middleware(SecurityHeaders),
        Middleware(Guard, place=place or the_place()),
        Middleware(PageScript),
        Middleware(CompressAssets),
    ]


def routes(place: Place | None = None) -> list[Route]:
    """Return the pages of the door; arguments as for :func:`middleware`."""
    place = place or the_place()
    return [*Door(place).routes(), *SignInElsewhere(place).routes()]


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Prepare the process before it serves.

    Everything loaded by now lives as long as the process, so the collector
    need not look at it again after every run of a page.
    """
    del app
    redact_logs()
    for name in _HEAVY:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    with ticking(the_place()):
        yield
