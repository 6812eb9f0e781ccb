"""config.yaml: what is accepted, and how each mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litwatch.configfile import load
from litwatch.errors import ConfigError

ROOT = Path(__file__).parent.parent
SHIPPED = (ROOT / "config.yaml").read_text(encoding="utf-8")

SMALL = """\
watch: {id: small, name: Small}
search:
  concepts:
    drug: {terms: [ketamin*], synonyms: [ketamine]}
    condition: {terms: [migraine]}
questions:
  - {id: Q01, label: Infusions}
"""


def problems_of(folder: Path, text: str, environment: dict[str, str] | None = None) -> tuple[str, ...]:
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load(path, environment or {})
    return raised.value.problems


def test_the_shipped_watch_loads(tmp_path: Path) -> None:
    loaded = load(ROOT / "config.yaml", {})

    assert loaded.config.watch.id == "ketamine-migraine"
    assert [f"Q{number:02d}" for number in range(1, 13)] == [question.id for question in loaded.config.questions]
    assert all(question.signals.positive for question in loaded.config.questions)


def test_a_small_file_takes_defaults_and_resolves_paths_against_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(SMALL, encoding="utf-8")

    config = load(path, {}).config

    assert tmp_path / "out" == config.delivery.folder
    assert f"sqlite:///{tmp_path}/litwatch.db" == config.store
    assert config.digest.every == "week"


MISTAKES = {
    "unknown key": (
        SMALL + "digset: {}\n",
        ["config.yaml:8: digset: unknown key; did you mean digest?"],
    ),
    "unknown nested key": (
        SMALL + "digest: {timezon: UTC}\n",
        ["config.yaml:8: digest.timezon: unknown key; did you mean timezone?"],
    ),
    "duplicate key": (
        SMALL + "watch: {id: b, name: B}\n",
        ["config.yaml:8: watch: duplicate key; it already stands in line 1"],
    ),
    "alias": (
        SMALL.replace("[migraine]", "&m [migraine]"),
        ["config.yaml:5: anchors and aliases are not allowed (&m); write the value out"],
    ),
    "wrong type": (
        SMALL + "digest: {attach: ris}\n",
        ["config.yaml:8: digest.attach: expected a list, for example [a, b], found 'ris'"],
    ),
    "ambiguous scalar": (
        SMALL + "digest: {quiet: no}\n",
        ["config.yaml:8: digest.quiet: 'no' is ambiguous in YAML; write true or false, or quote it as text"],
    ),
    "wrong word": (
        SMALL + "digest: {every: weekly}\n",
        ["config.yaml:8: digest.every: 'weekly' is not one of 'day', 'week' or 'month'; did you mean week?"],
    ),
    "unknown time zone": (
        SMALL + "digest: {timezone: Europe/Olso}\n",
        ["config.yaml:8: digest.timezone: unknown time zone 'Europe/Olso'; use a name such as Europe/Oslo or UTC"],
    ),
    "a secret in the file": (
        SMALL + "delivery:\n  smtp: {host: mail.example.org, password: hunter2, from: a@b.org, to: [c@d.org]}\n",
        [
            (
                "config.yaml:9: delivery.smtp.password: a secret in the file; delete the line and set "
                "LITWATCH_SMTP_PASSWORD (or LITWATCH_SMTP_PASSWORD_FILE) instead"
            )
        ],
    ),
    "a secret in the store's address": (
        SMALL + "store: postgresql+psycopg://me:hunter2@db/litwatch\n",
        ["config.yaml:8: store: a secret in the file; set LITWATCH_STORE (or LITWATCH_STORE_FILE)"],
    ),
    "http outside loopback": (
        SMALL + "sources: {pubmed: {url: http://eutils.example.org/}}\n",
        ["config.yaml:8: sources.pubmed.url: plain http is allowed on loopback only; write https://…"],
    ),
    "empty concept": (
        SMALL.replace("[migraine]", "[]"),
        ["config.yaml:5: search.concepts.condition.terms: empty; give at least one entry or delete the block"],
    ),
    "missing concept": (
        SMALL.replace("    condition: {terms: [migraine]}\n", ""),
        ["config.yaml:2: search: the concept 'condition' is missing; a registry search is drug × condition"],
    ),
    "a question without id": (
        SMALL.replace("id: Q01, ", ""),
        ["config.yaml:7: questions.0.id: missing; this key is required"],
    ),
    "a question's id twice": (
        SMALL + "  - {id: Q01, label: Again}\n",
        ["config.yaml:8: questions.1.id: duplicate id Q01; it already names question 1"],
    ),
    "an empty value": (
        SMALL + "delivery:\n  folder:\n",
        ["config.yaml:9: delivery.folder: empty; give a value or delete the key"],
    ),
    "typographic quotes": (
        SMALL.replace("[migraine]", "[“cluster headache”]"),
        [
            (
                "config.yaml:5: search.concepts.condition.terms.0: typographic quotes or asterisk in "
                "'“cluster headache”'; type plain ones"
            )
        ],
    ),
    "clear-text mail": (
        SMALL + "delivery: {smtp: {host: mail.example.org, security: none, from: a@b.org, to: [c@d.org]}}\n",
        ["config.yaml:8: delivery.smtp: security: none is allowed on loopback only; use starttls or tls"],
    ),
    "not YAML": (
        SMALL + "digest: {every: week\n",
        ["config.yaml:9: not valid YAML, column 1: expected ',' or '}', but got '<stream end>'"],
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_told_with_file_line_key_and_remedy(tmp_path: Path, case: str) -> None:
    text, expected = MISTAKES[case]

    assert tuple(expected) == problems_of(tmp_path, text)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = SMALL.replace("id: Q01, ", "") + "digset: {}\ndigest: {timezone: Mars/Base, at: 7}\n"

    told = problems_of(tmp_path, text)

    assert [7, 8, 9, 9] == sorted(int(problem.split(":")[1]) for problem in told)


def test_a_truncated_term_that_a_registry_cannot_ask_needs_a_synonym(tmp_path: Path) -> None:
    told = problems_of(tmp_path, SMALL.replace(", synonyms: [ketamine]", ""))

    assert len(told) == 1
    assert told[0].startswith("config.yaml:4: search.concepts.drug.terms")
    assert "ketamin*" in told[0]


def test_an_alias_bomb_is_refused_before_it_is_expanded(tmp_path: Path) -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    )

    assert all("anchors and aliases" in problem for problem in problems_of(tmp_path, bomb))


def test_a_missing_file_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not found; run `litwatch init` to write one"):
        load(tmp_path / "config.yaml", {})


def test_secrets_come_from_the_environment_or_the_file_it_names(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(SMALL, encoding="utf-8")
    (tmp_path / "password").write_text("hunter2\n", encoding="utf-8")
    environment = {"NCBI_API_KEY": "abc123", "LITWATCH_SMTP_PASSWORD_FILE": str(tmp_path / "password")}

    secrets = load(path, environment).secrets

    assert secrets.ncbi_api_key is not None
    assert secrets.ncbi_api_key.get_secret_value() == "abc123"
    assert secrets.smtp_password is not None
    assert secrets.smtp_password.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(secrets)


def test_a_heartbeat_that_is_no_address_is_refused_without_being_quoted(tmp_path: Path) -> None:
    told = problems_of(tmp_path, SMALL, {"LITWATCH_HEARTBEAT": "http://example.org/5ecret"})

    assert any("LITWATCH_HEARTBEAT: not an https address" in line for line in told)
    assert not any("5ecret" in line for line in told)


def test_a_file_variable_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    told = problems_of(tmp_path, SMALL, {"NCBI_API_KEY_FILE": str(tmp_path / "missing")})

    assert [f"NCBI_API_KEY_FILE: {tmp_path}/missing: cannot be read: No such file or directory"] == list(told)


def test_the_hash_follows_the_meaning_and_not_the_layout(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    hashes = []
    for text in (SMALL, "# a comment\n" + SMALL, SMALL.replace("migraine", "headache")):
        path.write_text(text, encoding="utf-8")
        hashes.append(load(path, {}).hash)

    assert hashes[0] == hashes[1] != hashes[2]


def mutate(tmp_path: Path, data: st.DataObject) -> None:
    """Load the shipped watch with up to four stretches of it replaced; it loads, or is refused in single lines."""
    text = SHIPPED
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 40)))
        text = text[:start] + data.draw(st.text(max_size=8)) + text[end:]
    path = tmp_path / "config.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    refused: tuple[str, ...] = ()
    try:
        load(path, {})
    except ConfigError as error:
        refused = error.problems or ("no problem named",)

    assert [problem for problem in refused if "\n" in problem or not problem.startswith("config.yaml")] == []


FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(FUZZ, max_examples=200)
@given(data=st.data())
def test_a_mutated_file_loads_or_is_refused_in_single_lines(tmp_path: Path, data: st.DataObject) -> None:
    mutate(tmp_path, data)


@pytest.mark.long
@settings(FUZZ, max_examples=5000)
@given(data=st.data())
def test_five_thousand_mutated_files_load_or_are_refused(tmp_path: Path, data: st.DataObject) -> None:
    mutate(tmp_path, data)


def test_a_file_without_an_end_is_read_no_further_than_a_configuration_goes() -> None:
    with pytest.raises(ConfigError, match="larger than 1000000 bytes"):
        load(Path("/dev/zero"), {})
    loaded = load(ROOT / "config.yaml", {"NCBI_API_KEY_FILE": "/dev/zero"})
    assert loaded.secrets.ncbi_api_key is not None
    assert 1_000_001 == len(loaded.secrets.ncbi_api_key)
