"""From two files on disk to a plan, without a record: what the command line does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from matching.domain import policy as policies
from matching.domain.errors import InputError
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.solve import Progress
from matching.intake.guard import LARGE
from matching.intake.issues import Issue, Severity
from matching.intake.load import load_any, load_providers, load_referrals
from matching.intake.uploads import ProviderUpload, ReferralUpload, Upload
from matching.services.executors import executor
from matching.services.planning import Run, make_run, require_overlap
from matching.services.proof import Stopped, why_stopped


@dataclass(frozen=True)
class FileRun:
    """A plan made from two files.

    Attributes
    ----------
    providers : ProviderUpload
    referrals : ReferralUpload
    run : Run
    stopped : Stopped or None
        Why the plan is not proven, or ``None`` if it is.
    """

    providers: ProviderUpload
    referrals: ReferralUpload
    run: Run
    stopped: Stopped | None = None

    def set_aside(self) -> list[dict[str, Any]]:
        """Return the problems for which rows were left out of the plan."""
        return [
            {"file": upload.filename, **issue_document(issue)}
            for upload in (self.providers, self.referrals)
            for issue in upload.issues
            if issue.severity is Severity.ERROR
        ]


def read_bytes(path: Path) -> bytes:
    """Return the content of a file.

    Raises
    ------
    InputError
        If there is no such file, it is a folder, it is too large or it cannot
        be read.
    """
    if not path.exists():
        raise InputError(f"There is no file '{path}'.", next_step="Check the name.")
    if path.is_dir():
        raise InputError(f"'{path}' is a folder, not a file.", next_step="Name a file.")
    try:
        if path.stat().st_size > LARGE.file_bytes:
            most = LARGE.file_bytes // 2**20
            raise InputError(
                f"'{path}' is larger than {most} MB.", next_step="Split it or remove sheets."
            )
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"'{path}' cannot be read ({error.strerror}).") from None


def moment(text: str | None) -> datetime:
    """Return the moment a plan is for.

    Parameters
    ----------
    text : str or None
        An ISO date (the end of that day, UTC) or date and time (UTC unless it
        names a zone); now if ``None``.

    Raises
    ------
    InputError
        If it is neither.
    """
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        if len(text) <= 10:
            day = date.fromisoformat(text)
            return datetime.combine(day, time(23, 59, 59), tzinfo=UTC)
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"'{text}' is not a date.", next_step="Write it as 2026-11-22 or 2026-11-22T22:00."
        ) from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def check_file(path: Path) -> ProviderUpload | ReferralUpload:
    """Read a file of either kind and say what is in it.

    Raises
    ------
    InputError
        If nothing can be read.
    """
    return load_any(read_bytes(path), path.name, limits=LARGE)


def plan_files(
    providers: Path,
    referrals: Path,
    policy: str,
    as_of: datetime,
    *,
    progress: Progress | None = None,
    effort: Effort = NO_LIMIT,
    workers: int | None = None,
) -> FileRun:
    """Make a plan from a provider file and a referral file.

    Parameters
    ----------
    providers, referrals : Path
    policy : str
        Name of a policy.
    as_of : datetime
    progress : callable, optional
    effort : Effort, optional
        A limit on the search; the best plan found by then is kept.
    workers : int, optional
        Processes that share the work; by default this one does it all.

    Returns
    -------
    FileRun

    Raises
    ------
    InputError
        If a file cannot be used or the two have nothing to do with each other.
    PolicyError
        If there is no such policy.
    """
    rules = policies.load(policy)
    homes = load_providers(read_bytes(providers), providers.name, limits=LARGE)
    people = load_referrals(read_bytes(referrals), referrals.name, limits=LARGE)
    _require_rows(homes, homes.providers, "providers")
    _require_rows(people, people.referrals, "referrals")
    require_overlap(people.referrals, homes.providers)
    with executor(workers) as pool:
        run = make_run(
            people.referrals,
            homes.providers,
            homes.pools,
            rules,
            as_of,
            progress=progress,
            effort=effort,
            executor=pool,
        )
    return FileRun(homes, people, run, why_stopped(run.solution, effort))


def _require_rows(upload: Upload, records: Sequence[object], noun: str) -> None:
    """Refuse a file of which no row could be loaded, saying the first reason."""
    if records:
        return
    reasons = [issue for issue in upload.issues if issue.severity is Severity.ERROR]
    if not reasons:
        raise InputError(
            f"'{upload.filename}' holds no {noun}.",
            next_step="Check that it is the right file.",
        )
    raise InputError(
        f"No row of '{upload.filename}' could be loaded. The first problem: "
        f"{reasons[0].sentence}",
        next_step="Correct the file and try again.",
    )


def issue_document(issue: Issue) -> dict[str, Any]:
    """Return a problem of a file as plain data."""
    return {
        "severity": issue.severity.value,
        "code": issue.code.value,
        "row": issue.row,
        "column": issue.column,
        "value": issue.value,
        "sentence": issue.sentence,
        "fix": issue.fix,
    }


def upload_document(upload: ProviderUpload | ReferralUpload) -> dict[str, Any]:
    """Return what a file holds as plain data."""
    counts = upload.counts
    out: dict[str, Any] = {
        "file": upload.filename,
        "kind": "providers" if isinstance(upload, ProviderUpload) else "referrals",
        "format": upload.format,
        "sha256": upload.sha256,
        "rows": {
            "read": counts.read,
            "loaded": counts.loaded,
            "set_aside": counts.set_aside,
            "left_out": counts.left_out,
        },
        "issues": [issue_document(issue) for issue in upload.issues],
        "not_kept": [{"column": kept.column, "why": kept.why} for kept in upload.not_kept],
        "decisions": list(upload.decisions),
    }
    if isinstance(upload, ProviderUpload):
        out["records"] = {"providers": len(upload.providers), "bed_pools": len(upload.pools)}
    else:
        out["records"] = {"referrals": len(upload.referrals)}
    return out
