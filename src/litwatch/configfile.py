"""Reading config.yaml and the environment: every problem at once, each with file, line, key path and a remedy.

The shape itself is in `litwatch.config`; this module reads files and the environment it is given, nothing else.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import re
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

from litwatch import strictyaml
from litwatch.config import Config, Secrets, WebAddress
from litwatch.errors import ConfigError
from litwatch.search.strategy import problems as strategy_problems
from litwatch.strictyaml import Document, Problem

ENVIRONMENT = ("LITWATCH_CONFIG", "LITWATCH_STORE", "NCBI_API_KEY", "LITWATCH_SMTP_PASSWORD", "LITWATCH_HEARTBEAT")
SIZE_CAP = 1_000_000
SECRET_KEY = re.compile(r"(password|passwd|secret|api_?key|token)$", re.IGNORECASE)
SECRET_HOME = {
    "smtp": "LITWATCH_SMTP_PASSWORD",
    "pubmed": "NCBI_API_KEY",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A usable configuration: the watch, its secrets, where it came from and a hash that names this wording of it."""

    config: Config
    secrets: Secrets
    path: Path
    hash: str


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Loaded:
    """Read ``path`` and the environment.

    Relative paths in the file are resolved against its folder.
    Raises `ConfigError` with every problem found.
    """
    document = _document(path)
    problems = list(document.problems)
    config = None
    if not problems:
        problems = list(_secrets_in(document.value, ()))
        hidden = {problem.path for problem in problems}
        try:
            config = Config.model_validate(document.value)
        except ValidationError as error:
            problems += [problem for problem in _validation(error) if problem.path not in hidden]
        else:
            problems += _meaning(config)
    secrets, store, unreadable = _environment(environment)
    lines = [_line(path, document, problem) for problem in problems] + unreadable
    if lines or config is None:
        raise ConfigError(tuple(dict.fromkeys(lines)))
    resolved = _resolve(config, path.absolute().parent, store)
    digest = hashlib.sha256(config.model_dump_json().encode()).hexdigest()[:16]
    return Loaded(config=resolved, secrets=secrets, path=path, hash=digest)


def load_all(path: Path, environment: Mapping[str, str] = os.environ) -> tuple[tuple[Loaded, ...], tuple[str, ...]]:
    """Read ``path``, a file or a folder of such files (``*.yaml``, ``*.yml``), one watch each.

    Return the usable watches in the order of their file names, and one line for each problem of the others: a mistake
    in one file must not silence the rest. Watches of a folder deliver to ``<delivery.folder>/<watch id>``
    and have their sites in ``<site.folder>/<watch id>``. Raises `ConfigError` when none is usable.
    """
    if not path.is_dir():
        return (load(path, environment),), ()
    files = sorted(file for pattern in ("*.yaml", "*.yml") for file in path.glob(pattern))
    if not files:
        raise ConfigError((f"{path}: holds no *.yaml; run `litwatch init --to {path / 'config.yaml'}` to write one",))
    usable: dict[str, Loaded] = {}
    problems: list[str] = []
    for file in files:
        try:
            watch = load(file, environment)
        except ConfigError as error:
            problems += error.problems
            continue
        name = watch.config.watch.id
        if name in usable:
            problems.append(f"{file.name}: watch.id: {name} is the id of {usable[name].path.name} too; give it its own")
            continue
        delivery = watch.config.delivery
        own = delivery.model_copy(update={"folder": delivery.folder / name})
        site = watch.config.site
        if site.folder is not None:
            site = site.model_copy(update={"folder": site.folder / name})
        usable[name] = replace(watch, config=watch.config.model_copy(update={"delivery": own, "site": site}))
    if not usable:
        raise ConfigError(tuple(dict.fromkeys(problems)))
    return tuple(usable.values()), tuple(dict.fromkeys(problems))


def _document(path: Path) -> Document:
    if path.is_dir():
        raise ConfigError((f"{path}: is a folder; this command is about one watch: name its file with --config",))
    try:
        content = start_of(path)
    except FileNotFoundError:
        raise ConfigError((f"{path}: not found; run `litwatch init` to write one, or name it with --config",)) from None
    except OSError as error:
        raise ConfigError((f"{path}: cannot be read: {error.strerror}",)) from error
    if len(content) > SIZE_CAP:
        raise ConfigError((f"{path}: larger than {SIZE_CAP} bytes; this is not a watch's configuration",))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError((f"{path.name}:{line}: not UTF-8; save the file as UTF-8",)) from error
    document = strictyaml.read(text)
    if not document.problems and not isinstance(document.value, dict):
        empty = Problem(line=1, path=(), message="empty; run `litwatch init` elsewhere to see what belongs here")
        return Document(value=None, marks={}, problems=(empty,))
    return document


def start_of(path: Path) -> bytes:
    """Return a file's content, of a large one as much as shows that it is too large. Raises `OSError`."""
    with path.open("rb") as file:
        return file.read(SIZE_CAP + 1)


def _line(path: Path, document: Document, problem: Problem) -> str:
    line = problem.line or document.line(problem.path)
    return f"{path.name}:{line}: {problem}"


def _secrets_in(value: Any, path: strictyaml.Path) -> Iterable[Problem]:
    """Yield each key that would hold a secret, and each address that carries one."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _secrets_in(item, (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            here = (*path, str(key))
            if SECRET_KEY.search(str(key)) and item is not None:
                home = next((name for part, name in SECRET_HOME.items() if part in path), "the environment")
                message = f"a secret in the file; delete the line and set {home} (or {home}_FILE) instead"
                yield Problem(line=0, path=here, message=message)
            else:
                yield from _secrets_in(item, here)
    elif isinstance(value, str) and path == ("store",) and urlsplit(value).password:
        yield Problem(line=0, path=path, message="a secret in the file; set LITWATCH_STORE (or LITWATCH_STORE_FILE)")


def _validation(error: ValidationError) -> Iterable[Problem]:
    details = [
        (tuple(part for part in detail["loc"] if not _is_type_name(part)), detail)
        for detail in error.errors(include_url=False)
    ]
    for path, detail in details:
        # A list whose only entry is wrong counts as too short as well; the entry's own problem says enough.
        inner = any(len(other) > len(path) and other[: len(path)] == path for other, _ in details)
        if not (detail["type"] == "too_short" and inner):
            yield Problem(line=0, path=path, message=_wording(detail["type"], detail, path))


def _is_type_name(part: str | int) -> bool:
    """Tell whether pydantic added ``part`` to say which branch of a union it tried."""
    return isinstance(part, str) and (part == "int" or part.startswith(("literal[", "constrained-", "function-")))


def _wording(kind: str, detail: Any, path: strictyaml.Path) -> str:
    value = detail.get("input")
    context = detail.get("ctx") or {}
    if kind == "extra_forbidden":
        return f"unknown key{_suggestion(str(path[-1]), _fields(path[:-1]))}"
    if kind == "missing":
        return "missing; this key is required"
    if kind == "value_error":
        return str(context.get("error", detail["msg"]))
    if kind == "literal_error":
        return f"{value!r} is not one of {context.get('expected', '')}{_suggestion(str(value), _words(context))}"
    if kind in {"too_short", "string_too_short"}:
        return "empty; give at least one entry or delete the block"
    if value is None:
        return "empty; give a value or delete the key"
    wanted = {
        "bool_type": "true or false",
        "int_type": "a whole number",
        "string_type": "text",
        "tuple_type": "a list, for example [a, b]",
        "dict_type": "a block of keys",
        "model_type": "a block of keys",
        "model_attributes_type": "a block of keys",
        "path_type": "a path",
    }.get(kind)
    return f"expected {wanted}, found {value!r}"[:200] if wanted else f"{detail['msg'][0].lower()}{detail['msg'][1:]}"


def _words(context: Mapping[str, Any]) -> list[str]:
    return re.findall(r"'([^']+)'", str(context.get("expected", "")))


def _suggestion(word: str, candidates: Iterable[str]) -> str:
    near = difflib.get_close_matches(word.lower(), list(candidates), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def _fields(path: strictyaml.Path) -> tuple[str, ...]:
    """Return the keys that may stand at ``path``, by walking the models."""
    shape: Any = Config
    for part in path:
        shape = _model(shape)
        if shape is None:
            return ()
        if isinstance(part, int):
            continue
        fields = {(field.alias or name): field.annotation for name, field in shape.model_fields.items()}
        shape = fields.get(part, shape)
    shape = _model(shape)
    return tuple(field.alias or name for name, field in shape.model_fields.items()) if shape else ()


def _model(shape: Any) -> type[BaseModel] | None:
    """Return the model inside an annotation such as ``dict[Slug, Concept]`` or ``Smtp | None``."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return shape
    return next((found for inner in typing.get_args(shape) if (found := _model(inner)) is not None), None)


def _meaning(config: Config) -> Iterable[Problem]:
    """Yield what a valid shape can still get wrong."""
    names = tuple(type(config.sources).model_fields)
    enabled = [name for name in names if getattr(config.sources, name).enabled]
    if not enabled:
        yield Problem(line=0, path=("sources",), message="every source is disabled; enable at least one")
    for name in config.search.native:
        if name not in names:
            yield Problem(line=0, path=("search", "native", name), message=f"no such source{_suggestion(name, names)}")
    first: dict[str, int] = {}
    for index, question in enumerate(config.questions):
        if first.setdefault(question.id, index) != index:
            message = f"duplicate id {question.id}; it already names question {first[question.id] + 1}"
            yield Problem(line=0, path=("questions", index, "id"), message=message)
    for path, message in strategy_problems(config.search, enabled):
        yield Problem(line=0, path=path, message=message)


def _environment(environment: Mapping[str, str]) -> tuple[Secrets, str | None, list[str]]:
    """Return the secrets, the store's URL and one line for each ``…_FILE`` that cannot be read."""
    values: dict[str, str] = {}
    problems: list[str] = []
    for name in ENVIRONMENT:
        if environment.get(name):
            values[name] = environment[name]
        elif environment.get(f"{name}_FILE"):
            try:
                values[name] = start_of(Path(environment[f"{name}_FILE"])).decode().strip()
            except (OSError, UnicodeDecodeError) as error:
                cause = getattr(error, "strerror", None) or "not UTF-8"
                problems.append(f"{name}_FILE: {environment[f'{name}_FILE']}: cannot be read: {cause}")
    heartbeat = values.get("LITWATCH_HEARTBEAT")
    if heartbeat is not None:
        try:
            TypeAdapter(WebAddress).validate_python(heartbeat)
        except ValidationError:  # whose words would quote the address, which is a secret
            problems.append("LITWATCH_HEARTBEAT: not an https address (plain http is for loopback only)")
    secrets = Secrets(
        ncbi_api_key=SecretStr(values["NCBI_API_KEY"]) if "NCBI_API_KEY" in values else None,
        smtp_password=SecretStr(values["LITWATCH_SMTP_PASSWORD"]) if "LITWATCH_SMTP_PASSWORD" in values else None,
        heartbeat=SecretStr(values["LITWATCH_HEARTBEAT"]) if "LITWATCH_HEARTBEAT" in values else None,
    )
    return secrets, values.get("LITWATCH_STORE"), problems


def config_path(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """Return the configuration file that is meant: the option, the environment, else config.yaml here."""
    if given is not None:
        return given
    if environment.get("LITWATCH_CONFIG"):
        return Path(environment["LITWATCH_CONFIG"])
    named = environment.get("LITWATCH_CONFIG_FILE")
    if named:
        try:
            return Path(Path(named).read_text(encoding="utf-8").strip())
        except OSError as error:
            raise ConfigError((f"LITWATCH_CONFIG_FILE: {named}: cannot be read: {error.strerror}",)) from error
    return Path("config.yaml")


def _resolve(config: Config, folder: Path, store: str | None) -> Config:
    """Return ``config`` with every relative path made absolute against ``folder``."""
    url = store or config.store
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        url = f"sqlite:///{folder / url.removeprefix('sqlite:///')}"
    smtp = config.delivery.smtp
    if smtp is not None and smtp.ca_file is not None:
        smtp = smtp.model_copy(update={"ca_file": folder / smtp.ca_file})
    delivery = config.delivery.model_copy(update={"folder": folder / config.delivery.folder, "smtp": smtp})
    sources = config.sources.model_copy(
        update={
            name: getattr(config.sources, name).model_copy(
                update={"folder": folder / getattr(config.sources, name).folder}
            )
            for name in ("ictrp", "files")
        }
    )
    known = tuple(pattern if Path(pattern).is_absolute() else str(folder / pattern) for pattern in config.known)
    site = config.site
    if site.folder is not None:
        site = site.model_copy(update={"folder": folder / site.folder})
    return config.model_copy(
        update={"store": url, "delivery": delivery, "sources": sources, "known": known, "site": site}
    )


def canonical(config: Config) -> str:
    """Return the search strategy as one stable string, to tell whether it was edited."""
    return json.dumps(config.search.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
