"""Every way the literature writes a dose, in one table; then whose it is, how it is given and what it is for."""

from __future__ import annotations

import pytest

from litwatch.appraise.dose_notation import amounts_in
from litwatch.model import Dose
from reading import read

# What is written, and (value, upper value, unit, per) of each level in it.
NOTATIONS: dict[str, list[tuple[float, float | None, str, str | None]]] = {
    "0.5 mg/kg": [(0.5, None, "mg", "kg")],
    "0.5mg/kg": [(0.5, None, "mg", "kg")],
    ".5 mg/kg": [(0.5, None, "mg", "kg")],
    "0·5 mg/kg": [(0.5, None, "mg", "kg")],
    "0,5 mg/kg": [(0.5, None, "mg", "kg")],
    "0.5 mg / kg": [(0.5, None, "mg", "kg")],
    "0.5 mg/kg/dose": [(0.5, None, "mg", "kg")],
    "0.5 mg/kg body weight": [(0.5, None, "mg", "kg")],
    "0.5 mg per kg": [(0.5, None, "mg", "kg")],
    "0.5 milligrams per kilogram": [(0.5, None, "mg", "kg")],
    "0.5 mg kg-1": [(0.5, None, "mg", "kg")],
    "0.5 mg kg(-1)": [(0.5, None, "mg", "kg")],
    "0.5 mg.kg-1": [(0.5, None, "mg", "kg")],
    "0.5 mg·kg⁻¹": [(0.5, None, "mg", "kg")],
    "0.5 mg kg−1": [(0.5, None, "mg", "kg")],
    "0.5 mg x kg(-1)": [(0.5, None, "mg", "kg")],
    "0.5 mg of ketamine/kg": [(0.5, None, "mg", "kg")],
    "0.2 mg/kg/h": [(0.2, None, "mg", "kg/h")],
    "0.2 mg/kg/hr": [(0.2, None, "mg", "kg/h")],
    "0.2 mg/kg/hour": [(0.2, None, "mg", "kg/h")],
    "0.2 mg/kg per hour": [(0.2, None, "mg", "kg/h")],
    "0.2 mg/kg-h": [(0.2, None, "mg", "kg/h")],
    "0.2 mg/(kg·h)": [(0.2, None, "mg", "kg/h")],
    "0.2 mg kg(-1) h(-1)": [(0.2, None, "mg", "kg/h")],
    "0.2 mg kg(-1) hr(-1)": [(0.2, None, "mg", "kg/h")],
    "0.2 mg·kg−1·h−1": [(0.2, None, "mg", "kg/h")],
    "0.2 mg. kg-1. h-1": [(0.2, None, "mg", "kg/h")],
    "0.2 mg.kg-1.h-1": [(0.2, None, "mg", "kg/h")],
    "5 µg/kg/min": [(5, None, "ug", "kg/min")],
    "5 μg/kg/min": [(5, None, "ug", "kg/min")],
    "5 mcg/kg/min": [(5, None, "ug", "kg/min")],
    "5 microg kg(-1) min(-1)": [(5, None, "ug", "kg/min")],
    "5 micrograms/kg/min": [(5, None, "ug", "kg/min")],
    "80 micrograms/kg": [(80, None, "ug", "kg")],
    "80 micrograms per kilogram": [(80, None, "ug", "kg")],
    "200 ng/kg": [(0.2, None, "ug", "kg")],
    "1 g": [(1000, None, "mg", None)],
    "25 mg": [(25, None, "mg", None)],
    "1,200 mg": [(1200, None, "mg", None)],
    "10 mg/h": [(10, None, "mg", "h")],
    "10 mg per hour": [(10, None, "mg", "h")],
    "10 mg an hour": [(10, None, "mg", "h")],
    "240 mg/day": [(240, None, "mg", "day")],
    "240 mg/d": [(240, None, "mg", "day")],
    "240 mg in 24 h": [(240, None, "mg", "day")],
    "240 mg/24 h": [(240, None, "mg", "day")],
    "2 mg/kg/day": [(2, None, "mg", "kg/day")],
    "0.1, 0.2 and 0.5 mg/kg": [(0.1, None, "mg", "kg"), (0.2, None, "mg", "kg"), (0.5, None, "mg", "kg")],
    "28, 56, or 84 mg": [(28, None, "mg", None), (56, None, "mg", None), (84, None, "mg", None)],
    "56- or 84-mg": [(56, None, "mg", None), (84, None, "mg", None)],
    "0.1-0.5 mg/kg": [(0.1, 0.5, "mg", "kg")],
    "0.1–0.5 mg/kg": [(0.1, 0.5, "mg", "kg")],
    "0.1 to 0.5 mg/kg": [(0.1, 0.5, "mg", "kg")],
    "between 0.1 and 0.5 mg/kg": [(0.1, 0.5, "mg", "kg")],
    "0.1 mg/kg to 0.5 mg/kg": [(0.1, 0.5, "mg", "kg")],
    "0.1 mg/kg and 0.5 mg/kg": [(0.1, None, "mg", "kg"), (0.5, None, "mg", "kg")],
    "65.2 ± 2.8 mg/h": [(65.2, None, "mg", "h")],
    "65.2 (SD 2.8) mg/h": [(65.2, None, "mg", "h")],
    "on day 1, 5 mg": [(5, None, "mg", None)],
    "group 2, 0.3 mg/kg": [(0.3, None, "mg", "kg")],
}
NO_DOSES = (
    "27 kg/m2",
    "a level of 200 ng/mL",
    "200 ng ml(-1)",
    "glucose of 90 mg/dL",
    "30 mm on the scale",
    "5 mg/mL",
    "60 mg of morphine equivalents",
    "2.5 mm",
    "300 mg% ethanol",
)


@pytest.mark.parametrize("written", NOTATIONS)
def test_each_notation_is_read_with_its_unit_and_denominator(written: str) -> None:
    text = f"They gave {written}, it says."

    amounts = list(amounts_in(text))

    assert NOTATIONS[written] == [(low, high, one.unit, one.per) for one in amounts for low, high in one.levels]
    assert all(text[one.start : one.end].strip() for one in amounts)


@pytest.mark.parametrize("written", NO_DOSES)
def test_what_is_no_dose_is_not_read_as_one(written: str) -> None:
    assert [] == list(amounts_in(f"It was {written} then."))


def test_an_interval_in_the_denominator_is_how_often_not_a_rate() -> None:
    (amount,) = amounts_in("paracetamol 15 mg kg(-1) 6 h(-1) was given")

    assert ("kg", 6) == (amount.per, amount.every_h)


def test_minutes_in_the_denominator_are_how_long_not_a_rate() -> None:
    (amount,) = amounts_in("ketamine 0.5 mg/kg/40 min was given")

    assert ("kg", 40) == (amount.per, amount.minutes)


def _short(dose: Dose) -> tuple[str, float, str | None]:
    return dose.drug, dose.value, dose.per


WHOSE = {
    "the drug before": (
        "Patients received ketamine 0.2 mg/kg or midazolam 2 mg.",
        [("ketamine", 0.2), ("midazolam", 2)],
    ),
    "the drug after": (
        "We gave 0.2 mg/kg of intravenous ketamine and 2 mg midazolam.",
        [("ketamine", 0.2), ("midazolam", 2)],
    ),
    "in a bracket": (
        "Ketamine (0.2 mg/kg) was compared with ketorolac (30 mg).",
        [("ketamine", 0.2), ("ketorolac", 30)],
    ),
    "respectively": (
        "Adults received ketamine and midazolam (0.5 and 0.045 mg/kg, respectively).",
        [("ketamine", 0.5), ("midazolam", 0.045)],
    ),
    "S-ketamine": ("Adults received S(+)-ketamine 0.25 mg/kg.", [("esketamine", 0.25)]),
    "joined by a plus sign": (
        "Women received ketamine 0.2 mg/kg (sufentanil 2 µg/kg + tropisetron 10 mg went before).",
        [("ketamine", 0.2), ("sufentanil", 2), ("tropisetron", 10)],
    ),
    "a sentence without a name": ("Ketamine was infused. The rate started at 0.1 mg/kg/h.", [("ketamine", 0.1)]),
}


@pytest.mark.parametrize("name", WHOSE)
def test_a_dose_is_given_to_the_drug_it_is_said_of(name: str) -> None:
    text, owners = WHOSE[name]

    found = {(dose.drug, dose.value) for dose in read(f"METHODS: {text}").doses}

    assert set(owners) == found


def test_ket_is_the_drug_that_the_text_says_it_stands_for() -> None:
    found = read("METHODS: Ketorolac (KET) 30 mg was given to all.", title="Ketorolac for headache")

    assert [("ketorolac", 30.0, None)] == [_short(dose) for dose in found.doses]


HOW = {
    "over minutes": ("Ketamine 0.5 mg/kg over 40 min was given.", "infusion", (40, None, "minute"), None),
    "a 40-minute infusion": (
        "They had a 40-minute infusion of ketamine 0.5 mg/kg.",
        "infusion",
        (40, None, "minute"),
        None,
    ),
    "a range of hours": ("Ketamine 0.5 mg/kg was infused over 1 to 2 h.", "infusion", (1, 2, "hour"), None),
    "a rate": ("Ketamine 0.1 mg/kg/h was given.", "infusion", None, None),
    "a bolus": ("An intravenous bolus of ketamine 0.2 mg/kg was given.", "bolus", None, None),
    "into a vein": ("Intravenous ketamine 0.2 mg/kg was given.", "iv_unspecified", None, None),
    "under the skin": ("Subcutaneous ketamine 80 µg/kg was given.", "sc", None, None),
    "into a muscle": ("Ketamine 0.5 mg/kg IM was given.", "im", None, None),
    "into the nose": ("Ketamine nasal spray 25 mg was given.", "intranasal", None, None),
    "by mouth, often": ("Oral ketamine 30 mg three times a day was given.", "oral", None, "three times a day"),
    "the days of a course": (
        "Three intravenous infusions of ketamine 0.25 mg/kg over 5 days were given.",
        "infusion",
        None,
        None,
    ),
    "a rate for days": (
        "Ketamine was infused at 0.1 mg/kg/h for a median of six days.",
        "infusion",
        (6, None, "day"),
        None,
    ),
    "hours of each day": (
        "They were infused for four hours each day with ketamine 0.25 mg/kg/h.",
        "infusion",
        (4, None, "hour"),
        None,
    ),
    "the first hour": ("Ketamine was infused at 0.25 mg/kg in the first hour.", "infusion", (1, None, "hour"), None),
    "a slow push": ("Ketamine 0.3 mg/kg was pushed over five minutes.", "bolus", (5, None, "minute"), None),
    "a slow injection": (
        "Ketamine 0.15 mg/kg was given as a slow IV injection over 10 min.",
        "bolus",
        (10, None, "minute"),
        None,
    ),
    "a drip": ("Ketamine 30 mg was dripped in over 15 min.", "infusion", (15, None, "minute"), None),
    "by an atomiser": ("Ketamine 1 mg/kg was given by mucosal atomiser.", "intranasal", None, None),
    "into each nostril": ("Ketamine 10 mg was put into each nostril.", "intranasal", None, None),
    "into the thigh": ("Ketamine 50 mg was injected into the thigh muscle.", "im", None, None),
    "under the tongue": ("Ketamine 75 mg was kept under the tongue.", "sublingual", None, None),
    "how soon it helped": ("With ketamine 6 mg SC, relief came within 15 min.", "sc", None, None),
    "the time after it": ("Oral ketamine 30 mg within 24-48 hours following therapy was given.", "oral", None, None),
}


@pytest.mark.parametrize("name", HOW)
def test_the_manner_length_and_frequency_of_a_dose_are_read(name: str) -> None:
    text, mode, duration, freq = HOW[name]

    (dose,) = read(f"METHODS: {text}").doses

    length = dose.duration
    assert (mode, duration, freq) == (
        dose.mode,
        (length.value, length.value_high, length.unit) if length else None,
        dose.freq,
    )


def test_a_rate_that_was_reached_keeps_the_time_it_was_held() -> None:
    found = read("METHODS: Ketamine ran at 0.1 mg/kg/h, doubled every 4 h to 0.4 mg/kg/h and then held for 16 h.")

    assert [(0.1, None), (0.4, 16.0)] == [(one.value, one.duration and one.duration.value) for one in found.doses]


def test_a_second_drugs_form_does_not_give_the_first_its_route() -> None:
    found = read("METHODS: A man had intramuscular ketamine 0.4 mg/kg and later took 75 mg lozenges at night.")

    assert [(0.4, "im"), (75.0, "sublingual")] == [(one.value, one.mode) for one in found.doses]


def test_a_cap_has_no_length_and_shares_the_manner_that_follows_it() -> None:
    found = read("METHODS: Ketamine 0.15 mg/kg (maximum 10 mg) was given as a slow IV injection over 10 min.")

    assert [("bolus", 10.0, "study"), ("bolus", None, "cap")] == [
        (one.mode, one.duration.value if one.duration else None, one.role) for one in found.doses
    ]


def test_the_length_of_an_infusion_is_told_once_for_a_dose_named_twice() -> None:
    found = read("METHODS: Ketamine 100 mg ran as an infusion over 4 to 6 h.", title="Ketamine infusions of 100 mg")

    assert [(100.0, 4.0)] == [(one.value, one.duration.value if one.duration else None) for one in found.doses]


def test_millilitres_of_a_stated_strength_are_a_dose_and_those_of_a_spray_are_its_strength() -> None:
    syrup = read("METHODS: Ketamine syrup (10 mg/mL) was taken by mouth, 2.5 mL four times a day.")
    spray = read("METHODS: The spray gave 10 mg ketamine per 0.1 mL.")

    assert [(2.5, "mL", "oral")] == [(one.value, one.unit, one.mode) for one in syrup.doses]
    assert [(10.0, "mg")] == [(one.value, one.unit) for one in spray.doses]


def test_a_step_and_where_it_led_are_no_range() -> None:
    found = read("METHODS: Oral ketamine was raised weekly by 10 mg to 300 mg.")

    assert [(10.0, None, "titration_step"), (300.0, None, "study")] == [
        (one.value, one.value_high, one.role) for one in found.doses
    ]


def test_a_dose_named_again_is_given_as_it_was_said_before() -> None:
    found = read("METHODS: Twelve adults had subcutaneous ketamine 80 µg/kg. CONCLUSION: Ketamine 80 µg/kg was enough.")

    assert ["sc"] == [dose.mode for dose in found.doses]


def test_each_of_two_infusions_keeps_its_own_time() -> None:
    found = read(
        "METHODS: Ten had a 96-h ketamine infusion, titrated to a rate of 0.6 mg/kg/h, and ten a 40-min ketamine "
        "infusion (0.5 mg/kg)."
    )

    assert [(0.6, 96.0), (0.5, 40.0)] == [
        (one.value, one.duration.value if one.duration else None) for one in found.doses
    ]


ROLES = {
    "study": "METHODS: Intravenous ketamine 0.2 mg/kg was given.",
    "start": "METHODS: Ketamine was started at 0.1 mg/kg/h.",
    "titration_step": "METHODS: Ketamine was increased by 0.1 mg/kg/h every 4 h.",
    "observed": "RESULTS: The mean rate of ketamine was 0.34 mg/kg/h.",
    "cap": "METHODS: Ketamine was given up to a maximum of 1 mg/kg/h.",
    "rescue": "METHODS: Rescue ketamine 10 mg was allowed.",
    "rescue_repeat": "METHODS: As rescue, a repeated dose of ketamine 5 mg was allowed.",
    "reported": "BACKGROUND: Ketamine 0.5 mg/kg has been used in depression. METHODS: Ten adults were asked.",
}


@pytest.mark.parametrize("role", ROLES)
def test_the_role_of_a_dose_is_read(role: str) -> None:
    (dose,) = read(ROLES[role]).doses

    assert role == dose.role


OTHER_ROLES = {
    "at most": ("METHODS: Oral ketamine was given, at most 100 mg.", ["cap"]),
    "not above": ("METHODS: Ketamine was given at a rate not above 30 mg/h.", ["cap"]),
    "the limit": ("METHODS: Ketamine lozenges were given; the limit was 120 mg.", ["cap"]),
    "the length is the median": ("METHODS: For a median of six days ketamine 0.2 mg/kg/h was given.", ["study"]),
    "rates that ran": ("RESULTS: Ketamine rates ran from 1.2 to 4.0 mg/kg/h.", ["observed"]),
    "in the first hour": ("METHODS: In the first hour ketamine 0.2 mg/kg was given.", ["study"]),
    "if pain persisted": (
        "METHODS: Ketamine 1 mg/kg was given; a second dose of 0.5 mg/kg followed if pain persisted.",
        ["study", "rescue_repeat"],
    ),
    "could repeat": ("METHODS: Ketamine 50 mg was given, and they could repeat 25 mg.", ["study", "rescue_repeat"]),
    "more could be given": (
        "METHODS: Ketamine 50 mg was given; 25 mg more could be given.",
        ["study", "rescue_repeat"],
    ),
    "if required, a second": (
        "METHODS: One ketamine 30 mg lozenge was taken and, if required, a second 30 mg lozenge.",
        ["study", "rescue_repeat"],
    ),
}


@pytest.mark.parametrize("name", OTHER_ROLES)
def test_the_role_of_a_dose_is_read_from_the_words_that_are_its_own(name: str) -> None:
    text, roles = OTHER_ROLES[name]

    assert roles == [dose.role for dose in read(text).doses]


def test_a_cap_in_the_same_bracket_leaves_the_dose_a_dose() -> None:
    found = read("METHODS: Intranasal ketamine (0.75 mg/kg, max 75 mg) was given.")

    assert [(0.75, "study"), (75.0, "cap")] == [(dose.value, dose.role) for dose in found.doses]


def test_the_spread_of_an_age_before_a_dose_does_not_make_it_a_mean() -> None:
    (dose,) = read("RESULTS: Six women (median age 34, range 22-51) received ketamine 25 to 50 mg IM.").doses

    assert ("study", 25.0, 50.0) == (dose.role, dose.value, dose.value_high)


def test_up_to_so_many_sprays_is_no_cap() -> None:
    found = read("METHODS: They took up to five sprays of 15 mg S-ketamine at 6-min intervals (maximum 75 mg).").doses

    assert [(15.0, "study"), (75.0, "cap")] == [(dose.value, dose.role) for dose in found]


def test_up_to_so_many_treatments_is_no_cap() -> None:
    (dose,) = read("METHODS: Adults had up to 6 IV ketamine infusions (0.5 mg/kg).").doses

    assert "study" == dose.role


def test_a_comparators_dose_is_the_comparators() -> None:
    found = read("METHODS: Adults were randomised to ketamine 0.2 mg/kg or midazolam 2 mg as an active control.")

    assert [("ketamine", "study"), ("midazolam", "comparator")] == [(dose.drug, dose.role) for dose in found.doses]


def test_opioid_consumption_is_no_dose() -> None:
    found = read("RESULTS: Morphine consumption was 12 mg with ketamine and 15 mg with placebo.")

    assert () == found.doses


@pytest.mark.parametrize(
    ("written", "value"),
    [("0,510.5", None), ("0,5.5", None), ("1,000·5", 1000.5), ("1,000.5", 1000.5), ("1,000", 1000), ("0,5", 0.5)],
)
def test_a_number_is_read_whole_or_not_at_all(written: str, value: float | None) -> None:
    found = read(f"Patients received {written} mg ketamine.").doses

    assert [dose.value for dose in found] == ([] if value is None else [value])


MANY = {
    "numbers that may be decimals": ",".join(f"0,{number % 10}" for number in range(60)),
    "a list without end": ", ".join(map(str, range(200))),
    "names that may be parted": "or " + "amine" * 60 + "%",
}


@pytest.mark.timeout(20)  # each took from minutes to for ever
@pytest.mark.parametrize("name", MANY)
def test_what_can_be_read_in_many_ways_is_read_at_once(name: str) -> None:
    found = read(f"Patients received ketamine 4 mg or 5 mg {MANY[name]} 6 mg. Adverse events were {MANY[name]} x.")

    assert found.doses[0].value == 4
