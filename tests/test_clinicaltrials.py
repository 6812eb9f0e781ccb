"""ClinicalTrials.gov: what is asked is what the OpenAPI file allows, and what is read is all that a study says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from litwatch.config import Config
from litwatch.configfile import load
from litwatch.demo.exchange import Reply
from litwatch.demo.registration import trial
from litwatch.demo.server import LoopbackServer
from litwatch.demo.world import Trial, World
from litwatch.errors import SourceRefused, UnexpectedAnswer
from litwatch.model import PartialDate, Reference, SecondaryId
from litwatch.sources.clinicaltrials import ClinicalTrials
from litwatch.sources.clinicaltrials_study import parse_study
from litwatch.sources.expect import Unbelieved
from litwatch.sources.http import Transport
from weeks import IMPATIENT, MONDAY, Week, held

KETAMINE = {"conditions": ["Migraine"], "interventions": [{"name": "Ketamine"}], "first_posted": "2020-01-01"}


def studies(count: int, first: int = 1) -> tuple[Trial, ...]:
    return tuple(
        trial(f"NCT{number:08d}", "Ketamine in migraine", **KETAMINE) for number in range(first, first + count)
    )


def adapter(server: LoopbackServer, folder: Path) -> ClinicalTrials:
    watch = Week(folder, server, None).watch
    return ClinicalTrials(watch.config, watch.secrets, Transport(timing=IMPATIENT))


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[LoopbackServer, ClinicalTrials]]:
    with LoopbackServer(World(trials=studies(3)), now=MONDAY) as server:
        yield server, adapter(server, tmp_path)


def operations(shared: Path) -> dict[str, dict[str, Any]]:
    text = (shared / "data/recordings/ctgov/ctg-oas-v2.0.5.yaml").read_text(encoding="utf-8")
    document = yaml.load(text, yaml.CSafeLoader)
    return {
        path: {entry["name"]: entry["schema"] for entry in _resolved(document, content["get"].get("parameters", []))}
        for path, content in document["paths"].items()
    }


def _resolved(document: dict[str, Any], parameters: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for parameter in parameters:
        if "$ref" in parameter:
            found = document
            for part in parameter["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            yield found
        else:
            yield parameter


@pytest.mark.shared
def test_every_request_is_one_the_openapi_file_describes(shared: Path, tmp_path: Path) -> None:
    allowed = operations(shared)
    gone = trial("NCT00000050", "Ketamine in migraine", **KETAMINE, until="2026-11-01")
    renamed = trial("NCT00000061", "Ketamine in migraine", aliases=["NCT00000060"], **KETAMINE)
    with LoopbackServer(World(trials=(*studies(3), gone, renamed)), now=MONDAY) as server:
        source = adapter(server, tmp_path)
        source.search()
        source.census(held("clinicaltrials", ["NCT00000001", "NCT00000050", "NCT00000060"]), MONDAY)

        asked = server.asked("clinicaltrials")
        assert len(asked) >= 6
        for request in asked:
            path = request.path.removeprefix("/api/v2")
            path = path if path.startswith("/") else f"/{path}"
            template = "/studies/{nctId}" if path.startswith("/studies/") else path
            schemas = allowed[template]
            params = dict(request.params)
            assert set(params) <= set(schemas), request.path
            for name, value in params.items():
                schema = schemas[name]
                kind = schema.get("type")
                typed: Any = value.split(",") if kind == "array" else value
                if kind in {"integer", "boolean"}:
                    typed = json.loads(value)
                jsonschema.validate(typed, {key: schema[key] for key in schema if key != "$ref"})


def test_the_whole_set_is_walked_over_full_pages_and_an_empty_last_one(tmp_path: Path) -> None:
    with LoopbackServer(World(trials=studies(1000)), now=MONDAY) as server:
        answer = adapter(server, tmp_path).census([], MONDAY)

        assert (1000, 1000, ()) == (answer.hits, len(answer.records), answer.warnings)
        pages = [request for request in server.asked("clinicaltrials") if request.get("pageToken")]
        assert pages


def test_a_registration_whose_condition_lacks_the_word_is_found_by_the_second_pass(tmp_path: Path) -> None:
    only_text = trial(
        "NCT00000009",
        "Treatment in the emergency department",
        conditions=["Emergencies"],
        interventions=[{"name": "Drug A", "type": "DRUG"}],
        summary="Ketamine is compared with prochlorperazine for migraine.",
        first_posted="2020-01-01",
    )
    with LoopbackServer(World(trials=(only_text,)), now=MONDAY) as server:
        answer = adapter(server, tmp_path).census([], MONDAY)

    assert frozenset({"NCT00000009"}) == answer.matched


def test_a_known_registration_that_no_longer_matches_is_read_again_and_not_gone(tmp_path: Path) -> None:
    other = trial("NCT00000009", "Aspirin in gout", conditions=["Gout"], interventions=[{"name": "Aspirin"}])
    with LoopbackServer(World(trials=(*studies(2), other)), now=MONDAY) as server:
        answer = adapter(server, tmp_path).census(held("clinicaltrials", ["NCT00000009"]), MONDAY)

    assert "NCT00000009" in {record.key for record in answer.records}
    assert "NCT00000009" not in answer.matched
    assert frozenset() == answer.gone


def test_a_registration_that_is_gone_and_one_that_was_renumbered_are_told_apart(tmp_path: Path) -> None:
    renamed = trial("NCT00000061", "Ketamine in migraine", aliases=["NCT00000060"], **KETAMINE)
    with LoopbackServer(World(trials=(*studies(2), renamed)), now=MONDAY) as server:
        answer = adapter(server, tmp_path).census(held("clinicaltrials", ["NCT00000050", "NCT00000060"]), MONDAY)

    assert frozenset({"NCT00000050"}) == answer.gone
    assert (("NCT00000060", "NCT00000061"),) == answer.moved


def test_a_refusal_is_told_in_the_services_own_words(small: tuple[LoopbackServer, ClinicalTrials]) -> None:
    server, source = small
    words = b"Error parsing query in `query.cond`: unbalanced parentheses"
    server.interpose("clinicaltrials", Reply(status=400, body=words, type="text/plain"), path="studies")

    with pytest.raises(SourceRefused, match="unbalanced parentheses"):
        source.census([], MONDAY)


def page(**given: object) -> Reply:
    return Reply(body=json.dumps({"totalCount": 2, "studies": []} | given).encode())


UNBELIEVABLE = {
    "a total that does not add up": page(totalCount=5),
    "the same token for ever": page(nextPageToken="again"),
    "a token that is no text": page(nextPageToken=7),
    "no list of studies": page(studies=None),
    "JSON that is not an object": Reply(body=b"[]"),
    "numbers that are none": Reply(body=b'{"totalCount": NaN, "studies": []}'),
    "nesting without end": Reply(body=b'{"studies": ' + b"[" * 200_000),
}


@pytest.mark.parametrize("name", UNBELIEVABLE)
def test_an_answer_that_cannot_be_right_is_not_believed(
    small: tuple[LoopbackServer, ClinicalTrials], name: str
) -> None:
    server, source = small
    server.interpose("clinicaltrials", UNBELIEVABLE[name], path="studies")

    with pytest.raises(UnexpectedAnswer):
        source.census([], MONDAY)


def test_data_that_change_while_they_are_read_are_read_again(small: tuple[LoopbackServer, ClinicalTrials]) -> None:
    server, source = small
    for day in ("05", "06", "06", "06"):
        stamp = json.dumps({"apiVersion": "2.0.5", "dataTimestamp": f"2026-11-{day}T09:00:04"}).encode()
        server.interpose("clinicaltrials", Reply(body=stamp), times=1, path="version")

    answer = source.census([], MONDAY)

    assert ("2026-11-06T09:00:04", 3) == (answer.version, answer.hits)


def test_one_study_that_cannot_be_read_costs_nothing_of_the_others(
    small: tuple[LoopbackServer, ClinicalTrials],
) -> None:
    server, source = small

    def spoil(_: object, genuine: Reply) -> Reply:
        content = json.loads(genuine.body)
        content["studies"][0] = {"protocolSection": {"identificationModule": {"nctId": "not a number"}}}
        return Reply(body=json.dumps(content).encode())

    server.interpose("clinicaltrials", spoil, path="studies")

    answer = source.census([], MONDAY)

    assert ({"NCT00000002", "NCT00000003"}, 1) == ({record.key for record in answer.records}, len(answer.unreadable))


def test_a_study_is_read_whole() -> None:
    study = {
        "protocolSection": {
            "identificationModule": {
                "nctId": "NCT01234567",
                "nctIdAliases": ["NCT00000060"],
                "orgStudyIdInfo": {"id": "LOCAL-1"},
                "secondaryIdInfos": [{"id": "2019-001260-29", "type": "EUDRACT_NUMBER"}, {"id": "X"}],
                "briefTitle": "Brief  title",
                "officialTitle": "Official title, see ISRCTN12345678",
                "acronym": "ACRO",
            },
            "statusModule": {
                "overallStatus": "TERMINATED",
                "whyStopped": "slow accrual",
                "startDateStruct": {"date": "2020-03", "type": "ACTUAL"},
                "primaryCompletionDateStruct": {"date": "2026-12-31", "type": "ESTIMATED"},
                "studyFirstSubmitDate": "2020-01-02",
                "studyFirstPostDateStruct": {"date": "2020-01-05", "type": "ACTUAL"},
                "lastUpdatePostDateStruct": {"date": "2026-10-01", "type": "ESTIMATED"},
            },
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": "S"}, "collaborators": [{"name": "C"}]},
            "conditionsModule": {"conditions": ["Migraine"], "keywords": ["k"]},
            "designModule": {
                "studyType": "INTERVENTIONAL",
                "phases": ["PHASE2", "PHASE3"],
                "enrollmentInfo": {"count": 99999999, "type": "ESTIMATED"},
                "designInfo": {
                    "allocation": "RANDOMIZED",
                    "interventionModel": "PARALLEL",
                    "primaryPurpose": "TREATMENT",
                    "maskingInfo": {"masking": "DOUBLE", "whoMasked": ["PARTICIPANT"]},
                },
            },
            "armsInterventionsModule": {
                "armGroups": [
                    {"label": "A", "type": "EXPERIMENTAL", "description": "0.5 mg/kg", "interventionNames": ["Drug: K"]}
                ],
                "interventions": [{"type": "DRUG", "name": "K", "otherNames": ["Ketalar"]}],
            },
            "outcomesModule": {"primaryOutcomes": [{"measure": "Pain", "timeFrame": "2 hours"}]},
            "eligibilityModule": {"eligibilityCriteria": "Adults"},
            "contactsLocationsModule": {
                "centralContacts": [{"name": "Jane Roe", "email": "jane@example.org", "phone": "555"}],
                "overallOfficials": [{"name": "Prof. Roe"}],
                "locations": [{"country": "Canada", "contacts": [{"name": "Jane Roe"}]}, {"country": "Canada"}],
            },
            "referencesModule": {"references": [{"pmid": "1", "type": "RESULT", "citation": "Roe. 2021."}]},
        },
        "hasResults": True,
    }

    read = parse_study(study)

    assert ("NCT01234567", "Brief title", "ClinicalTrials.gov") == (read.key, read.title, read.registry)
    assert [("nct", "NCT01234567"), ("nct", "NCT00000060")] == [(one.kind, one.value) for one in read.identifiers]
    assert [("isrctn", "ISRCTN12345678")] == [(one.kind, one.value) for one in read.mentions]
    assert SecondaryId(value="2019-001260-29", type="EUDRACT_NUMBER") == read.secondary_ids[0]
    assert PartialDate(value="2020-03", type="ACTUAL") == read.start
    assert PartialDate(value="2026-12-31", type="ESTIMATED") == read.primary_completion
    assert ("slow accrual", None, None) == (read.why_stopped, read.enrolment, read.results_posted)
    assert (("PHASE2", "PHASE3"), "RANDOMIZED", "DOUBLE") == (read.phases, read.allocation, read.masking)
    assert (Reference(type="RESULT", pmid="1", citation="Roe. 2021."),) == read.references
    assert ("Canada",) == read.countries
    assert "Roe" not in repr(read).replace("Roe. 2021.", "")
    assert "example.org" not in repr(read)


@pytest.mark.parametrize(
    "study", [None, [], "x", {}, {"protocolSection": []}, {"protocolSection": {"statusModule": 3}}]
)
def test_what_is_no_study_is_refused(study: object) -> None:
    with pytest.raises(Unbelieved):
        parse_study(study)


@pytest.mark.shared
def test_every_recorded_study_is_read_without_loss(shared: Path) -> None:
    invented = {"search.json", "study_contacts.json"}  # the recordings' own list says so
    count = 0
    for path in sorted((shared / "data/recordings/ctgov").rglob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        if path.name in invented or not isinstance(content, dict):
            continue
        for study in content.get("studies", [content]):
            protocol = study.get("protocolSection") if isinstance(study, dict) else None
            if protocol is None:
                continue
            read = parse_study(study)
            arms = protocol.get("armsInterventionsModule", {})
            outcomes = protocol.get("outcomesModule", {})
            assert protocol["identificationModule"]["nctId"] == read.key
            assert read.title
            for listed, expected in (
                (read.arms, arms.get("armGroups")),
                (read.interventions, arms.get("interventions")),
                (read.primary_outcomes, outcomes.get("primaryOutcomes")),
                (read.secondary_outcomes, outcomes.get("secondaryOutcomes")),
                (read.references, protocol.get("referencesModule", {}).get("references")),
                (read.secondary_ids, protocol["identificationModule"].get("secondaryIdInfos")),
                (read.conditions, protocol.get("conditionsModule", {}).get("conditions")),
            ):
                assert len(expected or []) == len(listed), path
            count += 1
    assert count >= 40


def test_a_steady_week_of_sixty_registrations_takes_four_requests(tmp_path: Path) -> None:
    with LoopbackServer(World(trials=studies(60)), now=MONDAY + timedelta(weeks=1)) as server:
        source = adapter(server, tmp_path)
        known = [f"NCT{number:08d}" for number in range(1, 61)]

        assert 4 == source.census(held("clinicaltrials", known), MONDAY).requests


def test_the_shipped_watch_asks_both_passes() -> None:
    root = Path(__file__).parent.parent
    config: Config = load(root / "config.yaml", {}).config
    with Transport() as transport:
        query = ClinicalTrials(config, load(root / "config.yaml", {}).secrets, transport).query

    fielded, anywhere = query.split(" | ")
    assert fielded.startswith("query.cond=")
    assert "& query.intr=ketamine OR" in fielded
    assert anywhere.startswith("query.term=(ketamine OR")
    assert ") AND (migraine OR" in anywhere
    assert "*" not in query
