from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentascope.catalogue.load import load
from pentascope.engine.assess import assess
from pentascope.engine.results import Files, overview, spoken
from pentascope.model.declaration import StrengthName
from pentascope.model.evidence import Confidence, Coverage, Evidence, FactKind
from pentascope.model.requirement import Condition
from pentascope.model.results import IdForm, MappedCheck, Meaning, Result, ResultFile, ResultFormat, ResultStatus, Tool
from pentascope.model.scoping import Component, Scope, ScopeDetermination, System
from pentascope.model.verdict import Ground, Outcome, Strength

if TYPE_CHECKING:
    from collections.abc import Sequence

TODAY = dt.date(2026, 11, 27)
RANK = {Outcome.NOT_MET: 0, Outcome.UNKNOWN: 1, Outcome.MET: 2}
TREE = Files(("infra/main.tf", "bot/app.py", "shop/app.py", "shop/infra/main.tf", "shop/only.tf", "top.tf"), "tree")


def tool(*checks: MappedCheck, strength: StrengthName = StrengthName.LIVE, ids: IdForm = IdForm.EXACT) -> Tool:
    return Tool(
        id="t", title="T", names=("t", "t *"), edition="1", read=TODAY, url="https://t.example", strength=strength, valid_days=30, ids=ids,
        checks=checks or (MappedCheck(id="c", requirement="CTL-13", says="All is well."),),
    )  # fmt: skip


def check(requirement: str = "CTL-13", **more: object) -> MappedCheck:
    return MappedCheck(id="c", requirement=requirement, says="All is well.", **more)


def file(*results: Result, name: str = "t") -> ResultFile:
    return ResultFile(path="r.json", format=ResultFormat.SARIF, tool=name, version="2", results=results)


def result(status: str = "failed", **more: object) -> Result:
    return Result(**{"check": "c", "status": ResultStatus(status), "date": TODAY, **more})


def system(key: str, root: str = ".", provider: str = "openai") -> System:
    scope = ScopeDetermination(
        scope=Scope.PRETRAINED_MODEL, rule="r", statement="It calls a model.", evidence=("e",), confidence=Confidence.HIGH, counter_question="?"
    )
    client = Component(id="c", kind="model-client", name=provider, scope=Scope.PRETRAINED_MODEL, provider=provider)
    return System(id=key, name=key, root=root, scopes=(scope,), components=(client,))


def heard(*files: ResultFile, tools: Sequence[Tool] | None = None, systems: Sequence[System] = (system("s"),)) -> dict[str, tuple[Ground, ...]]:
    return spoken(files, tools or (tool(),), systems, (), tree=TREE, today=TODAY).grounds


def ground(one: Result, used: Tool | None = None) -> Ground | None:
    return next(iter(heard(file(one), tools=(used or tool(),))["s"]), None)


def judged(*results: Result, evidence: Sequence[Evidence] = (), tools: Sequence[Tool] | None = None) -> dict[str, Outcome]:
    where = (system("s"),)
    imported = heard(file(*results), tools=tools)
    verdicts = assess(where, evidence, load().matrix.requirements, Coverage(files_seen=1, files_read=1), imported=imported)
    return {verdict.requirement: verdict.outcome for verdict in verdicts}


def test_failure_is_not_met_and_cites_tool_check_resource_file_and_line() -> None:
    one = result(paths=("/infra/main.tf",), line=3, resource="aws_x.y", account="1111", region="eu-west-1")

    assert ground(one) == Ground(
        check="t:c", requirement="CTL-13", outcome=Outcome.NOT_MET, strength=Strength.LIVE, says="T 2 c (2026-11-27): Wanted: All is well.",
        path="infra/main.tf", line=3, address="aws_x.y (1111, eu-west-1)", source="r.json",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "more", "outcome", "is_whole"),
    [("passed", {}, Outcome.MET, False), ("passed", {"passed": Meaning.WHOLE}, Outcome.MET, True), ("failed", {}, Outcome.NOT_MET, True),
     ("failed", {"failed": Meaning.DOUBT}, Outcome.UNKNOWN, True),
     ("failed", {"failed": Meaning.SIGN}, Outcome.MET, False), ("suppressed", {"passed": Meaning.WHOLE}, Outcome.UNKNOWN, True),
     ("unknown", {"passed": Meaning.WHOLE}, Outcome.UNKNOWN, True)],
)  # fmt: skip
def test_status_and_table_give_the_outcome(status: str, more: dict[str, Meaning], outcome: Outcome, is_whole: bool) -> None:
    found = ground(result(status), tool(check(**more)))

    assert found is not None
    assert (found.outcome, found.is_whole) == (outcome, is_whole)


@pytest.mark.parametrize(
    ("status", "more"), [("withdrawn", {}), ("passed", {"passed": Meaning.NOTHING}), ("failed", {"failed": Meaning.NOTHING})]
)
def test_what_says_nothing_gives_no_ground(status: str, more: dict[str, Meaning]) -> None:
    assert ground(result(status), tool(check(**more))) is None


@pytest.mark.parametrize(
    ("date", "outcome", "words"),
    [(TODAY - dt.timedelta(days=30), Outcome.NOT_MET, "2026-10-28"), (TODAY - dt.timedelta(days=31), Outcome.UNKNOWN, "older than the 30 days"),
     (TODAY + dt.timedelta(days=1), Outcome.NOT_MET, "2026-11-28"), (TODAY + dt.timedelta(days=2), Outcome.UNKNOWN, "has not come yet"),
     (None, Outcome.NOT_MET, "undated")],
)  # fmt: skip
def test_age_takes_the_force_and_is_told(date: dt.date | None, outcome: Outcome, words: str) -> None:
    found = ground(result(date=date))

    assert found is not None
    assert found.outcome is outcome
    assert words in found.says


@pytest.mark.parametrize(
    ("names", "files", "is_sure"),
    [(("bot/app.py",), ("bot/app.py",), True), (("./bot/app.py",), ("bot/app.py",), True), (("/home/ci/src/bot/app.py",), ("bot/app.py",), True),
     (("app.py",), ("bot/app.py", "shop/app.py"), False), (("/srv/shop/infra/main.tf",), ("shop/infra/main.tf",), True),
     (("C:\\x\\bot\\app.py",), ("bot/app.py",), True), (("none.py", "bot/app.py"), ("bot/app.py",), True), (("other/none.py",), (), True),
     (("/main.tf", "x"), ("infra/main.tf", "shop/infra/main.tf"), False), (("only.tf",), ("shop/only.tf",), True), ((), (), True),
     (("top.tf",), ("top.tf",), True), (("/src/tree/top.tf",), ("top.tf",), True), (("/src/other/top.tf",), ("top.tf",), False)],
)  # fmt: skip
def test_files_are_found_by_the_names_that_tools_use(names: tuple[str, ...], files: tuple[str, ...], is_sure: bool) -> None:
    assert TREE.named(names) == (files, is_sure)


def test_result_speaks_of_the_system_in_whose_folder_its_file_lies() -> None:
    systems = (system("b", "bot"), system("w", "shop"))

    grounds = heard(file(result(paths=("bot/app.py",))), systems=systems)

    assert (len(grounds["b"]), grounds["w"]) == (1, ())


def test_result_that_may_mean_several_files_is_unknown_for_each() -> None:
    grounds = heard(file(result(paths=("app.py",))), systems=(system("b", "bot"), system("w", "shop")))

    told = [(each.path, each.outcome) for key in ("b", "w") for each in grounds[key]]
    assert told == [("bot/app.py", Outcome.UNKNOWN), ("shop/app.py", Outcome.UNKNOWN)]


def test_result_on_a_file_that_is_not_here_is_told_and_says_nothing() -> None:
    found = spoken((file(result(paths=("/x/other.tf",))),), (tool(),), (system("s"),), (), tree=TREE, today=TODAY)

    assert found.grounds == {"s": ()}
    assert [gap.reason for gap in found.gaps] == ["r.json: results of t speak of files that are not here: /x/other.tf."]


def test_result_of_an_account_speaks_of_the_systems_that_use_the_service() -> None:
    systems = (system("a", "bot", "bedrock"), system("b", "shop", "openai"))

    grounds = heard(file(result(account="1111")), tools=(tool(check(needs=(Condition.BEDROCK,))),), systems=systems)

    assert (len(grounds["a"]), grounds["b"]) == (1, ())
    assert grounds["a"][0].says.endswith("Said of the account, so of every system here that uses the service.")


@pytest.mark.parametrize(("resource", "is_heard"), [("aws_s3_bucket.Training_data", True), ("aws_s3_bucket.web", False), (None, False)])
def test_narrow_row_speaks_only_of_resources_of_that_name(resource: str | None, is_heard: bool) -> None:
    assert (ground(result(resource=resource), tool(check(named=("*train*",)))) is not None) is is_heard


def test_last_segment_and_alias_lead_to_the_row() -> None:
    by_segment = ground(result(check="python.lang.c"), tool(ids=IdForm.LAST_SEGMENT))
    by_alias = ground(result(check="AVD-c"), tool(check(aliases=("AVD-c",))))

    assert by_segment is not None
    assert by_alias is not None
    assert (by_segment.check, by_alias.check) == ("t:python.lang.c", "t:AVD-c")
    assert ground(result(check="c.probe"), tool(ids=IdForm.FIRST_SEGMENT)) is not None
    assert ground(result(check="python.lang.c")) is None


def test_live_failure_outweighs_code_and_is_a_conflict() -> None:
    told = Ground(check="own", requirement="CTL-13", outcome=Outcome.MET, strength=Strength.CODE, says="Fine.")
    imported = {"s": (*heard(file(result()))["s"], told)}

    verdicts = assess((system("s"),), (), load().matrix.requirements, Coverage(files_read=1), imported=imported)

    mine = next(verdict for verdict in verdicts if verdict.requirement == "CTL-13")
    assert (mine.outcome, mine.strength, mine.is_conflict) == (Outcome.NOT_MET, Strength.LIVE, True)


@pytest.mark.parametrize(
    ("path", "address", "is_conflict"), [("infra/main.tf", "x.y", True), ("infra/main.tf", "x.z", False), ("bot/app.py", "x.y", False)]
)
def test_other_tool_that_says_the_opposite_of_one_resource_is_a_conflict(path: str, address: str, is_conflict: bool) -> None:
    own = Ground(check="own", requirement="CTL-13", outcome=Outcome.NOT_MET, strength=Strength.IAC, says="Not so.", path=path, line=1, address=address)
    passed = file(result("passed", paths=("infra/main.tf",), resource="x.y"))
    used = tool(strength=StrengthName.IAC)
    imported = spoken((passed,), (used,), (system("s"),), (), tree=TREE, today=TODAY, peers={"c": ("own",)}).grounds

    verdicts = assess((system("s"),), (), load().matrix.requirements, Coverage(files_read=1), infrastructure=(own,), imported=imported)

    mine = next(verdict for verdict in verdicts if verdict.requirement == "CTL-13")
    assert (mine.outcome, mine.is_conflict) == (Outcome.NOT_MET, is_conflict)


def test_overview_counts_what_is_mapped_old_and_unmapped() -> None:
    old = result("passed", date=TODAY - dt.timedelta(days=90))
    used = file(result(), old, result(check="x"), result(check="x", date=None), name="T 9")

    found = overview(used, (tool(),), {"CTL-13": "Input"}, TODAY)

    assert (found.tool, found.strength, found.too_old, found.unmapped) == ("T", StrengthName.LIVE, 1, (("x", 2),))
    assert (found.first_date, found.last_date) == (TODAY - dt.timedelta(days=90), TODAY)
    assert [(each.requirement, each.title, each.checks, each.counts) for each in found.mapped] == [
        ("CTL-13", "Input", ("c",), ((ResultStatus.PASSED, 1), (ResultStatus.FAILED, 1)))
    ]


def test_tool_that_no_table_knows_is_listed_and_says_nothing() -> None:
    strange = file(result(), name="acme")

    found = overview(strange, (tool(),), {}, TODAY)

    assert (found.tool, found.strength, found.mapped, found.unmapped) == ("acme", None, (), (("c", 1),))
    assert heard(strange) == {"s": ()}


TOOLS = (
    tool(check(), MappedCheck(id="d", requirement="CTL-14", passed=Meaning.WHOLE, says="Well."), MappedCheck(id="e", requirement="CTL-13", failed=Meaning.DOUBT, says="W."),
         MappedCheck(id="f", requirement="CTL-14", failed=Meaning.SIGN, says="V.")),
)  # fmt: skip
DATES = st.sampled_from([None, TODAY, TODAY - dt.timedelta(days=400), TODAY + dt.timedelta(days=40)])
PATHS = st.sampled_from([(), ("infra/main.tf",), ("app.py",), ("gone.py",), ("/x/top.tf",)])
RESULTS = st.builds(
    Result, check=st.sampled_from("cdefx"), status=st.sampled_from(ResultStatus), date=DATES, paths=PATHS, resource=st.sampled_from([None, "r"])
)
FACTS = st.lists(
    st.builds(
        Evidence, kind=st.sampled_from([FactKind.INFERENCE, FactKind.INJECTION_DEFENCE, FactKind.PRACTICE]),
        subject=st.sampled_from(["openai", "model-output-is-run", "model-output-is-sandboxed"]), path=st.just("bot/app.py"), line=st.just(1), signature=st.just("x"),
    ), max_size=3,
)  # fmt: skip


@given(st.lists(RESULTS, max_size=6), st.randoms(use_true_random=False))
def test_order_of_results_and_files_never_matters(results: list[Result], chance: object) -> None:
    mixed = list(results)
    chance.shuffle(mixed)

    assert heard(file(*results), tools=TOOLS) == heard(*(file(one) for one in mixed), tools=TOOLS)


@given(st.lists(RESULTS, max_size=6), RESULTS, FACTS)
def test_a_failed_result_never_improves_a_verdict(results: list[Result], one: Result, facts: list[Evidence]) -> None:
    failed = Result(check=one.check, status=ResultStatus.FAILED, date=one.date, paths=one.paths)

    before = judged(*results, evidence=facts, tools=TOOLS)
    after = judged(*results, failed, evidence=facts, tools=TOOLS)

    assert all(RANK[after[code]] <= RANK[before[code]] for code in ("CTL-13", "CTL-14"))


@given(st.lists(RESULTS, max_size=6), RESULTS, FACTS)
def test_an_unmapped_result_changes_nothing(results: list[Result], one: Result, facts: list[Evidence]) -> None:
    strange = Result(check="x", status=one.status, date=one.date, paths=one.paths)

    assert judged(*results, strange, evidence=facts, tools=TOOLS) == judged(*results, evidence=facts, tools=TOOLS)


@given(RESULTS)
def test_only_a_pass_of_today_or_a_trial_speaks_for_a_requirement(one: Result) -> None:
    met = [each for each in heard(file(one), tools=TOOLS)["s"] if each.outcome is Outcome.MET]

    assert not met or one.date in {None, TODAY}
    assert not met or one.status is ResultStatus.PASSED or (one.status is ResultStatus.FAILED and one.check == "f" and not met[0].is_whole)
