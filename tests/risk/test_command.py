import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest

from pentascope.cli.main import main
from pentascope.report.formats.plan_tables import json_schema

ORGANISATION = Path(__file__).parents[2] / "examples" / "organisation"

PROFILE = """
[profile]
industry = "retail"
turnover = { low = 38e6, high = 42e6 }
regimes = ["gdpr", "eu-ai-act"]
ai_act_role = "deployer"
currency = "EUR"
day_rate = 800
capacity_days_per_month = 15
budget = 100000
starts = 2026-12-01

[[systems]]
name = "ticket-router"
[systems.profile]
exposure = "internet"
data = ["personal"]
"""


@pytest.fixture
def told(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]):  # noqa: ANN201 - a maker
    def run(*words: str, profile: str | None = PROFILE) -> bytes:
        more: tuple[str, ...] = ()
        if profile is not None:
            (tmp_path / "pentascope.toml").write_text(profile, encoding="utf-8")
            more = ("--declarations", str(tmp_path / "pentascope.toml"))
        assert main(["plan", str(ORGANISATION), "--no-cache", "-j", "1", *more, *words]) == 0
        return capsysbinary.readouterr().out

    return run


def test_plan_is_the_same_each_time_and_fits_its_schema(told) -> None:
    first, second = told("--format", "json"), told("--format", "json")

    assert first == second
    plan = json.loads(first)
    jsonschema.validate(plan, json.loads(json_schema()))
    assert plan["unit"] == "EUR"
    assert [item["rank"] for item in plan["items"]] == list(range(1, len(plan["items"]) + 1))
    assert plan["items"][0]["starts"] >= "2026-12-01"


def test_terminal_tells_risk_order_dates_and_what_is_unknown(told) -> None:
    text = told().decode()

    for words in ("expected to be lost a year", "What to do, in this order", "month by month", "Worth finding out first", "profile not given"):
        assert words in text


def test_explained_plan_gives_reasons(told) -> None:
    text = told("--verbose").decode()

    for words in ("the reference system", "this work", "It would overtake", "Demanded by", "Out of reach"):
        assert words in text


def test_plan_without_profile_is_in_points_and_says_so(told) -> None:
    text = told(profile=None).decode()

    assert "100 points" in text
    assert "No money is known" in text


def test_csv_has_a_row_for_each_item(told) -> None:
    rows = list(csv.DictReader(io.StringIO(told("--format", "csv").decode(), newline="")))

    assert len(rows) == len(json.loads(told("--format", "json"))["items"])
    assert {row["Priority"] for row in rows} <= {"Highest", "High", "Medium", "Low"}


def test_calendar_holds_the_dates(told) -> None:
    text = told("--format", "ics").decode()

    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.count("BEGIN:VEVENT") == sum(1 for item in json.loads(told("--format", "json"))["items"] if item["starts"])
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("day_rate = 800", "day_rate = -800"), ":8: `profile.day_rate` is -800: `day_rate` is -800: a positive number is allowed"),
        (("{ low = 38e6, high = 42e6 }", "-5"), ":4: `profile.turnover.low` is -5"),
        (("low = 38e6", "low = 50e6"), "above `high`"),
        (('"gdpr"', '"gdrp"'), "Allowed: eu-ai-act, gdpr,"),
        (('"EUR"', '"XXQ"'), "of which no rate is known"),
        (("budget = 100000", "budgets = 100000"), "unknown key `budgets`"),
    ],
)
def test_bad_profile_names_file_field_and_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], says: str
) -> None:
    file = tmp_path / "pentascope.toml"
    file.write_text(PROFILE.replace(*change), encoding="utf-8")

    code = main(["plan", str(ORGANISATION), "--no-cache", "-j", "1", "--declarations", str(file)])

    told = capsys.readouterr().err
    assert code == 2
    assert says in told
    assert str(file) in told


def test_profile_answers_conditions_in_the_assessment_too(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    file = tmp_path / "pentascope.toml"

    def outcomes(data: str, words: str = "") -> dict[str, str]:
        file.write_text(f'[[systems]]\nname = "ticket-router"\n{words}[systems.profile]\ndata = ["{data}"]\n', encoding="utf-8")
        assert main(["assess", str(ORGANISATION), "--no-cache", "-j", "1", "--format", "json", "--declarations", str(file)]) == 0
        told = json.loads(capsysbinary.readouterr().out)
        own = next(system["id"] for system in told["scan"]["systems"] if system["name"] == "ticket-router")
        return {each["requirement"]: each["outcome"] for each in told["verdicts"] if each["system"] == own}

    assert outcomes("public")["LEG-10"] == "not_applicable"
    assert outcomes("personal")["LEG-10"] != "not_applicable"
    assert outcomes("public", 'conditions = ["personal_data"]\n')["LEG-10"] != "not_applicable"


def test_plain_number_is_a_known_value(told) -> None:
    plain = told("--format", "json", profile=PROFILE.replace("{ low = 38e6, high = 42e6 }", "40e6"))
    both = told("--format", "json", profile=PROFILE.replace("{ low = 38e6, high = 42e6 }", "{ low = 40e6, high = 40e6 }"))

    assert plain == both
