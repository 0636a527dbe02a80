"""What has to be asked before placing, each question once."""

from __future__ import annotations

from collections.abc import Iterable

from matching.insight.explain import Finding


def distinct(questions: Iterable[Finding]) -> tuple[str, ...]:
    """Return the sentences of open questions in their order, each once.

    Two rules may need the same fact; one call answers both.

    Parameters
    ----------
    questions : iterable of Finding

    Returns
    -------
    tuple of str
    """
    return tuple(dict.fromkeys(finding.sentence for finding in questions))
