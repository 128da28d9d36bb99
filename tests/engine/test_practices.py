from __future__ import annotations

import pytest
from tests.engine.samples import line

from pentascope.engine.practices import practices
from pentascope.model.evidence import Confidence, FactKind

CALL = "    answer = client.messages.create(model=MODEL, messages=messages)"


def found(*lines: str, kind: FactKind = FactKind.INFERENCE, confidence: Confidence = Confidence.HIGH) -> list[tuple[str, str, int]]:
    source = [*lines]
    at = source.index(CALL) + 1
    return [(e.kind.value, e.subject, e.line) for e in practices(source, [line(kind, number=at, anchor="call", confidence=confidence)])]


def test_retry_around_a_model_call() -> None:
    assert found("for attempt in range(max_retries):", "  try:", CALL, "  except RateLimitError:", "    time.sleep(2)") == [("resilience", "retry", 1)]


def test_fallback_around_a_model_call() -> None:
    assert found("try:", CALL, "except Overloaded:", "    answer = fallback(messages)") == [("resilience", "fallback", 4)]


def test_answer_that_is_logged() -> None:
    assert found(CALL, 'logger.info("answer: %s", answer)') == [("invocation-logging", "application-log", 2)]


@pytest.mark.parametrize(
    "lines",
    [
        ("# retry with except", CALL, "# logger.info(answer)"),
        ("attempts = 3", CALL),
        (CALL, "console.log(answer)"),
        (CALL, *[""] * 40, 'logger.info("answer: %s", answer)'),
    ],
)
def test_words_that_prove_nothing(lines: tuple[str, ...]) -> None:
    assert found(*lines) == []


def test_practice_needs_a_call_that_is_sure() -> None:
    words = ("for attempt in range(3):", CALL, "except Exception: retry()")

    assert found(*words, confidence=Confidence.LOW) == []
    assert found(*words, kind=FactKind.PROMPT) == []
