"""What only supports is heard beside generative AI, and secret scanners are not."""

from __future__ import annotations

from pentascope.engine.detectors import SCANNER_FILES, marked, without_scanners
from pentascope.engine.relevance import relevant
from pentascope.model.evidence import Confidence, Evidence, FactKind

DETECTOR = b"var keyPat = regexp.MustCompile(`\\b(sk-[a-zA-Z0-9]{48})\\b`)\n"
LIBRARIES = frozenset({"openai"})


def fact(kind: FactKind, subject: str = "openai", *, path: str = "a.py", line: int = 1, anchor: str | None = None, locked: bool = False) -> Evidence:
    attributes = (*((("anchor", anchor),) if anchor else ()), *((("locked", "yes"),) if locked else ()))
    return Evidence(kind=kind, subject=subject, path=path, line=line, signature=subject, attributes=attributes)


def test_prompt_and_index_alone_are_not_heard() -> None:
    evidence = [fact(FactKind.PROMPT, "prompt"), fact(FactKind.VECTOR_STORE, "faiss"), fact(FactKind.DEPENDENCY, "transformers")]

    assert relevant(evidence, LIBRARIES) == []


def test_prompt_is_heard_beside_a_call() -> None:
    evidence = [fact(FactKind.PROMPT, "prompt"), fact(FactKind.INFERENCE, line=2)]

    assert relevant(evidence, LIBRARIES) == evidence


def test_declared_library_of_a_model_is_heard_and_a_locked_one_is_not() -> None:
    declared, locked = fact(FactKind.DEPENDENCY), fact(FactKind.DEPENDENCY, path="uv.lock", locked=True)

    assert relevant([declared, locked], LIBRARIES) == [declared]


def test_assistant_is_always_heard_and_makes_no_prompt_relevant() -> None:
    assistant = fact(FactKind.ASSISTANT, "cursor")

    assert relevant([assistant, fact(FactKind.PROMPT, "prompt")], LIBRARIES) == [assistant]


def test_fact_of_a_line_is_said_once_with_its_best_confidence() -> None:
    sure = fact(FactKind.INFERENCE)
    unsure = Evidence(kind=FactKind.INFERENCE, subject="openai", path="a.py", line=1, signature="other", confidence=Confidence.LOW)

    assert relevant([unsure, sure], LIBRARIES) == [sure]


def detector_files(count: int) -> list[Evidence]:
    return [entry for n in range(count) for entry in marked([fact(FactKind.INFERENCE, path=f"detectors/{n}/{n}.go", anchor="endpoint")], DETECTOR)]


def test_hosts_of_a_secret_scanner_are_not_heard() -> None:
    call = fact(FactKind.INFERENCE, path="summary.go", anchor="call")

    assert without_scanners([*detector_files(SCANNER_FILES), call]) == [call]


def test_few_files_that_check_a_key_make_no_scanner() -> None:
    evidence = detector_files(SCANNER_FILES - 1)

    assert without_scanners(evidence) == evidence


def test_file_without_an_expression_for_keys_is_not_marked() -> None:
    entry = fact(FactKind.INFERENCE, anchor="endpoint")

    assert marked([entry], b'client = Client("https://api.openai.com/v1")\n') == [entry]


def test_practices_alone_say_nothing_and_make_no_system() -> None:
    habit = fact(FactKind.PRACTICE, "rate-limit")
    call = fact(FactKind.INFERENCE)

    assert relevant([habit], frozenset()) == []
    assert relevant([habit, call], frozenset()) == [habit, call]
