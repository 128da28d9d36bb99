"""An assessment as one HTML file: no request to anywhere; one inline script that only filters, and the page is whole without it."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from pentascope.report.formats.html import environment
from pentascope.report.judgement import disagreement, judgement_of, score_words
from pentascope.report.view import looked_at
from pentascope.report.words import OUTCOME_NAMES, STRENGTH_NAMES, paragraphs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pentascope.model.matrix import Matrix
    from pentascope.model.posture import AssessmentResult
    from pentascope.model.verdict import Outcome


def render(
    result: AssessmentResult, *, matrix: Matrix, baseline: Mapping[str, Outcome] | None = None, theme: str | None = None
) -> str:
    """The assessment as one self-contained page; `theme` ("light" or "dark") overrules what the reader's system prefers."""
    page = judgement_of(result, matrix=matrix, baseline=baseline)
    style, script = _asset("report.css") + _asset("assessment.css"), _asset("assessment.js")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    return environment().get_template("assessment.html").render(
        page=page, result=result, matrix=matrix, scan=result.scan, theme=theme, style=style, script=script, policy=policy,
        outcome_names=OUTCOME_NAMES, strength_names=STRENGTH_NAMES, disagreement=disagreement, score_words=score_words,
        looked_at=looked_at, paragraphs=paragraphs,
    )  # fmt: skip


@cache
def _asset(name: str) -> str:
    templates = environment()
    assert templates.loader is not None
    return templates.loader.get_source(templates, name)[0]


def _hash(text: str) -> str:
    """What a content security policy calls this very text."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
