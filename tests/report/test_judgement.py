"""The assessment told as a page and as a comment: what it must hold, and what nothing hostile may break."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from tests.report.hostile import results
from tests.report.samples import MATRIX, RICH
from tests.report.test_assessment import RESULTS, assessed

from pentascope.engine.assess import assess
from pentascope.engine.confronted import confronted, planned_systems
from pentascope.engine.rollup import posture
from pentascope.engine.standing import standing
from pentascope.model.declaration import Attestation, Decision, Declarations, DeclaredSystem, ScopeConfirmation, SystemStatus
from pentascope.model.evidence import Coverage, FactKind
from pentascope.model.posture import AssessmentResult, PlannedPosture
from pentascope.model.scoping import ScanResult, Scope
from pentascope.model.verdict import Outcome
from pentascope.report.formats import assessment_csv, assessment_html, assessment_json, assessment_markdown, assessment_terminal, sarif
from pentascope.report.judgement import judgement_of, score_words

DAY = date(2026, 11, 26)
SAID = Declarations(
    systems=(DeclaredSystem(name="next", status=SystemStatus.PLANNED, scopes=(Scope.FINE_TUNED_MODEL,), owner="ann"),),
    attestations=(Attestation(requirement="GOV-01", owner="ann", date=date(2026, 1, 1), expires=date(2026, 2, 1)),),
    confirmations=tuple(
        ScopeConfirmation(system=system.name, scope=each.scope, by="<b>jo</b>", date=DAY, decision=Decision.DISAGREE)
        for system in RICH.systems
        for each in system.scopes
    ),
)
DISCIPLINES = {each.code: each.discipline for each in MATRIX.requirements}


def with_word() -> AssessmentResult:
    """The rich sample with people who disagree on every scope, a planned system and a word that expired."""
    word = standing(SAID, None, DAY)
    result = assessed(RICH)
    systems = planned_systems(word, RICH.systems)
    verdicts = assess(systems, (), MATRIX.requirements, Coverage())
    scan = msgspec.structs.replace(RICH, systems=tuple(confronted(system, word) for system in RICH.systems))
    planned = PlannedPosture(systems=systems, verdicts=verdicts, posture=posture(verdicts, DISCIPLINES))
    return msgspec.structs.replace(result, scan=scan, planned=planned, lapsed=word.lapsed())


WORD = with_word()


class Reader(HTMLParser):
    """Collects tags, ids and targets of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def every(self, name: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(name))]


def page_of(result: AssessmentResult) -> str:
    return assessment_html.render(result, matrix=MATRIX)


def test_page_asks_nobody_for_anything_and_allows_its_own_style_and_script_only() -> None:
    page = page_of(WORD)
    read = Reader(page)

    policy = next(attributes["content"] for tag, attributes in read.tags if attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    (style,), (script,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL), re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in (style, script)]
    assert policy.startswith(f"default-src 'none'; style-src {hashes[0]}; script-src {hashes[1]};")
    assert read.every("src") == []
    assert read.every("style") == []
    assert [link for link in read.every("href") if not link.startswith("#")] == []
    assert [name for _, attributes in read.tags for name in attributes if name.startswith("on")] == []


@pytest.mark.parametrize("result", [WORD, RESULTS["rich"], RESULTS["empty"]], ids=["word", "rich", "empty"])
def test_every_link_of_the_page_leads_to_one_place(result: AssessmentResult) -> None:
    read = Reader(page_of(result))

    ids = read.every("id")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in read.every("href")} <= set(ids)


def test_page_tells_score_and_coverage_together_and_every_verdict_once() -> None:
    page = page_of(WORD)

    whole = WORD.posture.whole
    assert f"{score_words(whole)} Each requirement" in page
    assert page.count('<details class="verdict ') == len(WORD.verdicts) + len(WORD.planned.verdicts if WORD.planned else ())
    assert whole == RESULTS["rich"].posture.whole


def test_page_works_without_its_script() -> None:
    page = page_of(WORD)

    without = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert [tag for tag, attributes in Reader(without).tags if "hidden" in attributes] == ["form"]


@given(scan=results())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_hostile_becomes_markup(scan: ScanResult) -> None:
    ids = [system.id for system in scan.systems]
    told = msgspec.structs.replace(scan, systems=scan.systems if len(ids) == len(set(ids)) else ())
    result = AssessmentResult(
        scan=told, as_of="2026-11-26", posture=posture(verdicts := assess(told.systems, told.evidence, MATRIX.requirements, told.coverage), DISCIPLINES),
        verdicts=verdicts,
    )  # fmt: skip

    page, comment = page_of(result), assessment_markdown.render(result, matrix=MATRIX)

    assert [tag for tag, _ in Reader(page).tags if tag == "script"] == ["script"]
    assert {tag for tag, _ in Reader(page).tags} <= {tag for tag, _ in Reader(page_of(WORD)).tags} | {"table", "thead", "tr", "th", "td", "tbody", "dl"}
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page + comment)
    assert set(re.findall(r"(?<!\\)<(\w+)", re.sub(r"`[^\n]*`", "", comment))) <= {"details", "summary", "sub"}
    assert len(comment.encode()) <= assessment_markdown.LARGEST_BYTES


@pytest.mark.parametrize(
    "told",
    [
        page_of(WORD),
        assessment_markdown.render(WORD, matrix=MATRIX),
        assessment_terminal.render(WORD, matrix=MATRIX, width=120),
        assessment_json.render(WORD).decode(),
        assessment_csv.render(WORD, matrix=MATRIX),
        sarif.render(WORD, matrix=MATRIX).decode(),
    ],
    ids=["html", "markdown", "terminal", "json", "csv", "sarif"],
)
def test_every_format_tells_who_contradicts_the_evidence(told: str) -> None:
    assert "says that it is not in scope 3. The evidence shows that it is, and wins." in " ".join(told.split())


def test_planned_and_lapsed_are_told_apart_from_what_runs() -> None:
    page, comment = page_of(WORD), assessment_markdown.render(WORD, matrix=MATRIX)
    text = assessment_terminal.render(WORD, matrix=MATRIX, width=120)

    assert "Planned, not part of these numbers" in page
    assert "Planned, not part of these numbers" in comment
    assert "Planned: not part of the numbers above" in text
    assert all("it expired on 2026-02-01" in told for told in (page, comment, text))


def test_comment_says_first_what_changed() -> None:
    failing = next(verdict for verdict in WORD.verdicts if verdict.outcome is Outcome.NOT_MET)
    before = {verdict.id: verdict.outcome for verdict in WORD.verdicts} | {failing.id: Outcome.MET, "OLD-01@gone": Outcome.MET}

    comment = assessment_markdown.render(WORD, matrix=MATRIX, baseline=before)

    assert f"| ✅ Met | ❌ Not met | **{failing.requirement}**" in comment
    assert "1 verdict of the baseline no longer asked for." in comment
    assert comment.index("Since the baseline") < comment.index("Contradictions and conflicts") < comment.index("**Not met")
    same = assessment_markdown.render(WORD, matrix=MATRIX, baseline={verdict.id: verdict.outcome for verdict in WORD.verdicts})
    assert "Nothing changed." in same


def test_comment_of_a_huge_assessment_stays_within_its_bytes_and_says_so() -> None:
    endless = "\u00e4*" * 40_000
    systems = tuple(
        msgspec.structs.replace(system, scopes=tuple(msgspec.structs.replace(each, contradictions=(endless,) * 100) for each in system.scopes))
        for system in RICH.systems
    )
    result = msgspec.structs.replace(WORD, scan=msgspec.structs.replace(RICH, systems=systems, target="x" * 100_000))

    comment = assessment_markdown.render(result, matrix=MATRIX)

    assert len(comment.encode()) <= assessment_markdown.LARGEST_BYTES
    assert "Score" in comment


def test_steps_close_before_they_ask_and_leave_out_what_is_accepted() -> None:
    story = judgement_of(WORD, matrix=MATRIX)

    closing = [step.what.startswith("Close") for step in story.steps]
    assert 1 <= len(story.steps) <= 5
    assert closing == sorted(closing, reverse=True)
    accepted = {one.requirement.code for one in story.accepted}
    open_codes = {verdict.requirement for verdict in WORD.verdicts if verdict.outcome is Outcome.NOT_MET and verdict.exception is None}
    assert {step.code for step in story.steps if step.what.startswith("Close")} <= open_codes
    assert accepted == {"CTL-02"}


def test_terminal_counts_every_unknown_verdict_in_one_line() -> None:
    text = assessment_terminal.render(WORD, matrix=MATRIX, width=120)

    block = text.split("Unknown (")[1].split("\n\n")[0]
    total = int(block.split()[0])
    parts = [int(number) for number in re.findall(r"^ +(\d+)  ", block, re.MULTILINE)]
    assert total == WORD.posture.whole.unknown
    assert sum(parts) == total


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_terminal_keeps_to_its_width(width: int) -> None:
    text = assessment_terminal.render(WORD, matrix=MATRIX, width=width)

    assert max(len(line) for line in text.splitlines()) <= min(width, 120)


def test_systems_of_one_name_are_told_apart_by_their_folders() -> None:
    twins = tuple(msgspec.structs.replace(system, name="twin") for system in RICH.systems)

    story = judgement_of(assessed(msgspec.structs.replace(RICH, systems=twins)), matrix=MATRIX)

    assert [one.label for one in story.systems] == [f"twin ({system.root})" for system in RICH.systems]


def test_evidence_of_a_ground_is_shown_with_its_line_and_words() -> None:
    key = next(line for line in RICH.evidence if line.kind is FactKind.PROVIDER_KEY)

    page = page_of(WORD)

    assert f'<p class="place">{key.path}:{key.line}</p><pre><code>OPENAI_API_KEY=' in page
