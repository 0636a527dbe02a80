"""Starts the dashboard: ``streamlit run app.py`` or ``python app.py``."""

from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from matching import web
from matching.ui import shell

if get_script_run_ctx(suppress_warning=True) is None:
    app = st.App(
        Path(__file__).resolve(),
        middleware=web.middleware(),
        routes=web.routes(),
        lifespan=web.lifespan,
        on_script_error=shell.on_script_error,
    )
    if __name__ == "__main__":
        app.run()
else:
    # A run of the script itself: for a browser session, or for a test.
    shell.render()
