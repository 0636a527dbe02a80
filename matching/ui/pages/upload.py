"""The page Upload: a file is read, understood, looked at, and only then saved."""

from __future__ import annotations

from matching.services.upload_commit import Uploaded
from matching.services.upload_steps import Step, nearest
from matching.ui import session
from matching.ui.uploading import (
    changes,
    columns,
    done,
    file,
    problems,
    sheet,
    state,
    values,
)


def page() -> None:
    """Draw the step the upload is at."""
    at = session.desk()
    saved = state.saved()
    if isinstance(saved, Uploaded):
        state.let_go()
        done.draw(at, saved)
        return
    draft = state.draft_now(at)
    step = nearest(draft, state.step())
    if draft is None or step is Step.FILE:
        file.draw(at, draft)
    elif step is Step.SHEET:
        sheet.draw(draft)
    elif step is Step.COLUMNS:
        columns.draw(draft)
    elif step is Step.VALUES:
        values.draw(draft)
    elif step is Step.PROBLEMS:
        problems.draw(draft)
    else:
        changes.draw(at, draft)


page()
