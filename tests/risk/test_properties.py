import datetime as dt
import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pentascope.engine.risk.levels import place
from pentascope.engine.risk.order import Left, ordered, selected
from pentascope.engine.risk.plan import Setting, plan
from pentascope.engine.risk.portfolio import Guard, Pair, Work, portfolio
from pentascope.engine.risk.quantities import Lognormal, share_draw, share_mean
from pentascope.engine.risk.schedule import schedule
from pentascope.engine.risk.simulate import Draws, years
from pentascope.model.plan import Kind
from pentascope.model.profile import OrganisationProfile, Profile, Regime
from pentascope.model.quantity import Range, Share
from pentascope.model.requirement import Condition
from pentascope.model.verdict import Outcome, Strength

TODAY = dt.date(2026, 11, 2)
PROFILE = Profile(organisation=OrganisationProfile(turnover=Range(low=4e7, high=4e7), regimes=(Regime.GDPR,), day_rate=800.0))


def _problem(catalogue, subjects, profile=PROFILE):
    return portfolio(subjects, profile, catalogue.risk, catalogue.matrix.requirements, TODAY)


def _plan(catalogue, subjects, profile=PROFILE, draws=500):
    return plan(subjects, Setting(profile, catalogue.risk, catalogue.matrix.requirements, TODAY, catalogue.version, 1, draws))


CODES = ("CTL-07", "CTL-08", "CTL-11", "CTL-12", "CTL-14", "CTL-18", "RES-04", "RES-10", "GOV-09", "LEG-06", "RSK-04")


@settings(max_examples=25, deadline=None)
@given(met=st.sets(st.sampled_from(CODES)), further=st.sampled_from(CODES), strength=st.sampled_from(Strength))
def test_verified_control_never_raises_the_residual_risk(catalogue, subject, met, further, strength) -> None:
    before = _problem(catalogue, [subject(met=met, strength=strength)]).residual()
    after = _problem(catalogue, [subject(met={*met, further}, strength=strength)]).residual()

    assert all(now <= then * (1 + 1e-12) for then, now in zip(before, after, strict=True))


@settings(max_examples=25, deadline=None)
@given(held=st.sets(st.sampled_from(Condition)), further=st.sampled_from(Condition))
def test_wider_conditions_never_lower_the_inherent_risk(catalogue, subject, held, further) -> None:
    narrow = _problem(catalogue, [subject(conditions=dict.fromkeys(held, True))]).inherent()
    wide = _problem(catalogue, [subject(conditions=dict.fromkeys({*held, further}, True))]).inherent()

    assert wide >= narrow * (1 - 1e-12)


@settings(max_examples=8, deadline=None)
@given(rate=st.floats(0.01, 500))
def test_currency_changes_no_order(catalogue, subject, rate) -> None:
    systems = [subject("a", met=("CTL-07",)), subject("b", scopes=(2, 4), unknown=("LEG-10",))]

    def profile(times):
        return Profile(organisation=OrganisationProfile(
            turnover=Range(low=3e7 * times, high=5e7 * times), day_rate=800 * times, budget=90_000 * times, per_usd=times,
            capacity_days_per_month=20,
        ))  # fmt: skip

    dollars, other = _plan(catalogue, systems, profile(1.0)), _plan(catalogue, systems, profile(rate))

    assert [item.id for item in other.items] == [item.id for item in dollars.items]
    assert other.organisation.expected == pytest.approx(dollars.organisation.expected * rate, rel=1e-4)


def test_order_of_systems_does_not_matter(catalogue, subject) -> None:
    systems = [subject("a"), subject("b", scopes=(1, 2)), subject("c", scopes=(5,))]

    assert _plan(catalogue, systems) == _plan(catalogue, systems[::-1])


def test_further_system_changes_no_draw_of_another(catalogue, subject) -> None:
    alone = _plan(catalogue, [subject("a")]).systems[0]
    among = next(each for each in _plan(catalogue, [subject("a"), subject("b")]).systems if each.system == "a")

    assert among == alone


def test_no_money_gives_the_same_order_in_points(catalogue, subject) -> None:
    systems = [subject("a", met=("CTL-07",)), subject("b", scopes=(2,))]
    reference = Profile(organisation=OrganisationProfile(turnover=catalogue.risk.tables.turnover_usd, regimes=(Regime.GDPR,)))
    without = _plan(catalogue, systems, Profile(organisation=OrganisationProfile(regimes=(Regime.GDPR,))))

    assert without.unit == "points"
    assert without.organisation.inherent == pytest.approx(100)
    assert [item.id for item in without.items] == [item.id for item in _plan(catalogue, systems, reference).items]


@settings(max_examples=10, deadline=None)
@given(capacity=st.floats(1, 60), budget=st.floats(2_000, 400_000), months=st.integers(1, 24))
def test_plan_keeps_capacity_budget_and_prerequisites(catalogue, subject, capacity, budget, months) -> None:
    profile = Profile(organisation=OrganisationProfile(
        day_rate=800.0, budget=budget, capacity_days_per_month=capacity, horizon_months=months, turnover=Range(low=1e7, high=1e7)
    ))  # fmt: skip
    told = _plan(catalogue, [subject("a"), subject("b", scopes=(4,), unknown=CODES)], profile, draws=50)

    planned = [item for item in told.items if item.starts is not None]
    assert sum(item.cost for item in planned) <= budget * (1 + 1e-9)
    rank = {(item.requirement, system): item for item in told.items for system in item.systems}
    for item in told.items:
        for first in ((code, system) for code in item.after for system in item.systems if (code, system) in rank):
            assert rank[first].rank < item.rank
            assert item.starts is None or rank[first].starts <= item.starts
    assert all(month.days <= capacity * 12 / 52 * 5.5 for month in told.burn_down)


@settings(max_examples=40, deadline=None)
@given(days=st.lists(st.floats(0.1, 40), min_size=1, max_size=30), capacity=st.floats(0.5, 50))
def test_schedule_never_exceeds_a_week(days, capacity) -> None:
    work = [Work(code=f"W{number}", subjects=(0,), kind=Kind.CLOSE, days=each, cuts=()) for number, each in enumerate(days)]

    slots = schedule(range(len(work)), work, starts=TODAY, months=12, capacity_days_per_month=capacity, days_a_week_each=5)

    weeks: dict[int, float] = {}
    for slot in slots.values():
        for week, part in slot.by_week:
            weeks[week] = weeks.get(week, 0) + part
    assert all(part <= capacity * 12 / 52 + 1e-6 for part in weeks.values())
    assert all(math.fsum(part for _, part in slots[number].by_week) == pytest.approx(work[number].days) for number in slots)


def test_simulation_meets_the_closed_form(catalogue, subject) -> None:
    """One scenario without control: no loss with the probability e^-rate, and the mean of rate times mean loss."""
    scenario = msgspec.structs.replace(
        catalogue.risk.scenarios[0], scopes=subject().scopes and tuple(subject().scopes), conditions=(), drivers=(),
        frequency=Range(low=0.7, high=0.7), loss=Range(low=1e4, high=2e5), reductions=catalogue.risk.scenarios[0].reductions,
    )  # fmt: skip
    model = msgspec.structs.replace(catalogue.risk, scenarios=(scenario,))
    problem = portfolio([subject()], Profile(), model, catalogue.matrix.requirements, TODAY)

    [(_, drawn, _)] = years(Draws(problem, seed=7, draws=200_000))

    mean = 0.7 * Lognormal.of(scenario.loss).mean
    assert problem.inherent() == pytest.approx(mean)
    assert np.mean(drawn.loss == 0) == pytest.approx(math.exp(-0.7), abs=0.005)
    assert drawn.loss.mean() == pytest.approx(mean, rel=0.02)
    variance = 0.7 * (Lognormal.of(scenario.loss).variance + Lognormal.of(scenario.loss).mean ** 2)
    assert drawn.loss.std() == pytest.approx(math.sqrt(variance), rel=0.06)


def test_many_events_a_year_meet_the_closed_form(catalogue, subject) -> None:
    scenario = msgspec.structs.replace(
        catalogue.risk.scenarios[0], scopes=tuple(subject().scopes), conditions=(), drivers=(), frequency=Range(low=30, high=30),
        loss=Range(low=100, high=900),
    )  # fmt: skip
    problem = portfolio(
        [subject()], Profile(), msgspec.structs.replace(catalogue.risk, scenarios=(scenario,)), catalogue.matrix.requirements, TODAY
    )

    [(_, drawn, _)] = years(Draws(problem, seed=7, draws=50_000))

    one = Lognormal.of(scenario.loss)
    assert drawn.loss.mean() == pytest.approx(30 * one.mean, rel=0.01)
    assert drawn.loss.std() == pytest.approx(math.sqrt(30 * (one.variance + one.mean**2)), rel=0.03)


@given(low=st.floats(0.01, 0.9), wide=st.floats(0, 0.9))
@settings(max_examples=30, deadline=None)
def test_mean_of_a_share_is_that_of_its_draws(low, wide) -> None:
    share = Share(low=low, high=low + (0.99 - low) * wide)

    drawn = share_draw(share, np.random.default_rng(1).standard_normal(100_000))

    assert share_mean(share) == pytest.approx(float(drawn.mean()), abs=0.004)


def _pair(loss):
    return Pair(subject=0, scenario=0, inherent=loss, drives=(), present=1.0, guards={}, earned={})


def test_substitutes_count_once() -> None:
    pairs = [_pair(100.0)]
    work = [
        Work(code=code, subjects=(0,), kind=Kind.CLOSE, days=1.0, cuts=((0, Guard("frequency:filter", share)),))
        for code, share in (("A", 0.5), ("B", 0.6))
    ]

    left = Left(pairs, work)

    assert left.joint_gain([0, 1]) == pytest.approx(60)
    assert [pick.removes for pick in ordered(pairs, work)] == [pytest.approx(60), pytest.approx(0)]


def test_costly_prerequisite_is_paid_for_what_it_opens() -> None:
    pairs = [_pair(100.0), _pair(50.0)]
    work = [
        Work(code="first", subjects=(0,), kind=Kind.CLOSE, days=1.0, cuts=()),
        Work(code="then", subjects=(0,), kind=Kind.CLOSE, days=1.0, cuts=((0, Guard("frequency:a", 0.9)),), after=frozenset({0})),
        Work(code="else", subjects=(0,), kind=Kind.CLOSE, days=1.0, cuts=((1, Guard("frequency:b", 0.5)),)),
    ]

    assert [work[pick.work].code for pick in ordered(pairs, work)] == ["first", "then", "else"]


def test_phases_of_a_track_come_in_turn() -> None:
    pairs = [_pair(100.0)]
    work = [
        Work(code="late", subjects=(0,), kind=Kind.CLOSE, days=1.0, cuts=((0, Guard("frequency:a", 0.9)),), stage=("0:controls", 2)),
        Work(code="early", subjects=(0,), kind=Kind.CLOSE, days=1.0, cuts=((0, Guard("frequency:b", 0.1)),), stage=("0:controls", 0)),
    ]

    assert [work[pick.work].code for pick in ordered(pairs, work)] == ["early", "late"]


def test_circle_of_prerequisites_is_refused() -> None:
    work = [Work(code=f"W{each}", subjects=(0,), kind=Kind.CLOSE, days=1.0, cuts=(), after=frozenset({1 - each})) for each in (0, 1)]

    with pytest.raises(ValueError, match="W0, W1"):
        ordered([], work)


def test_selection_uses_a_budget_that_the_densest_would_waste() -> None:
    pairs = [_pair(10.0), _pair(100.0)]
    work = [
        Work(code="small", subjects=(0,), kind=Kind.CLOSE, days=1.0, cuts=((0, Guard("frequency:a", 0.9)),)),
        Work(code="large", subjects=(0,), kind=Kind.CLOSE, days=10.0, cuts=((1, Guard("frequency:b", 0.8)),)),
    ]

    assert [work[pick.work].code for pick in selected(pairs, work, 10.0)] == ["large"]


def test_duty_that_binds_comes_before_any_return(catalogue, subject) -> None:
    systems = [subject(conditions={Condition.PERSONAL_DATA: True})]
    problem = _problem(catalogue, systems)
    placed = place(problem, PROFILE.organisation, catalogue.risk.planning, TODAY)
    told = _plan(catalogue, systems)

    bound = {work.code for work, one in zip(problem.work, placed, strict=True) if one.clauses}
    assert {"LEG-05", "LEG-08", "LEG-10"} <= bound
    last = max(item.rank for item in told.items if item.duties)
    assert all(item.level == "act_now" for item in told.items[:last])


def test_exception_is_told_and_not_planned(catalogue, subject) -> None:
    from pentascope.model.verdict import Exception_

    system = subject()
    accepted = Exception_(requirement="CTL-11", reason="pilot", owner="jo", expires="2027-01-01")
    verdicts = tuple(
        msgspec.structs.replace(each, exception=accepted) if each.requirement == "CTL-11" else each for each in system.verdicts
    )

    told = _plan(catalogue, [system._replace(verdicts=verdicts)])

    assert told.accepted == ("CTL-11@desk",)
    assert "CTL-11" not in {item.requirement for item in told.items}


def test_every_open_requirement_is_planned_once(catalogue, subject) -> None:
    systems = [subject("a", unknown=CODES), subject("b", scopes=(1,))]

    told = _plan(catalogue, systems)

    wanted = {(each.requirement, system.id) for system in systems for each in system.verdicts if each.outcome is not Outcome.MET}
    assert sorted((item.requirement, system) for item in told.items for system in item.systems) == sorted(wanted)


def test_nothing_open_gives_an_empty_plan(catalogue, subject) -> None:
    everything = tuple(each.code for each in catalogue.matrix.requirements)

    told = _plan(catalogue, [subject(met=everything)])

    assert (told.items, told.burn_down, told.worth_knowing) == ((), (), ())
    assert told.organisation.expected < told.organisation.inherent


def test_example_by_hand_in_the_docs_is_right() -> None:
    """docs/risk-and-plan.md, "By hand"."""
    frequency, loss = Lognormal.of(Range(low=0.5, high=2)).mean, Lognormal.of(Range(low=10_000, high=90_000)).mean
    open_ = Lognormal.of(Range(low=1.5, high=5)).mean
    left = 1 - share_mean(Share(low=0.3, high=0.7)) * share_mean(Share(low=0.5, high=0.8))

    assert (round(frequency, 2), round(loss, -2), round(frequency * loss, -3)) == (1.09, 37_500, 41_000)
    assert (round(frequency * loss * open_, -3), round(frequency * loss * open_ * left, -3)) == (120_000, 80_000)
