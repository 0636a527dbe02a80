"""What stands before the pages: who may ask, headers, compression, quiet logs."""

from __future__ import annotations

import gc
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.middleware import Middleware

from matching.web.compress import CompressAssets
from matching.web.headers import SecurityHeaders
from matching.web.local import LocalOnly
from matching.web.logs import redact_logs

#: Large packages the pages need; loaded before the first visitor comes.
_HEAVY = ("pandas", "plotly.graph_objects", "matching.services.matching")


def middleware() -> list[Middleware]:
    """Return the middleware of the dashboard, outermost first."""
    return [Middleware(SecurityHeaders), Middleware(LocalOnly), Middleware(CompressAssets)]


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
    yield
