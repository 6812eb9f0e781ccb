"""What every test shares: the closed network, the reference recordings, the fixed clock."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from browser import Eyes, open_eyes
from postgres import Postgres, running

# How long an example takes says more of the machine than of the code; the suite has a timeout of its own.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
NOW = datetime(2026, 11, 16, 6, 30, tzinfo=UTC)


# A process that is to see none of this machine's settings still has to say what of it ran (`make coverage`).
MEASURED = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}


def missing(what: str) -> None:
    """Skip loudly for want of ``what``; fail instead where everything must be there."""
    if os.environ.get("LITWATCH_TEST_ALL") == "1":
        pytest.fail(f"LITWATCH_TEST_ALL=1, but this machine lacks {what}")
    pytest.skip(f"this machine lacks {what}")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected files under tests/data")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Tell whether expected files are to be rewritten."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of reference recordings."""
    if not SHARED.is_dir():
        missing(f"the reference recordings at {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """Run a real PostgreSQL server, reached by a socket in a folder of its own."""
    with running(tmp_path_factory.mktemp("pg")) as server:
        yield server


@pytest.fixture(scope="session")
def eyes() -> Eyes:
    """Return a browser that says what it sees of a page."""
    found = open_eyes()
    if isinstance(found, str):
        missing(found)
    assert isinstance(found, Eyes)
    return found


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that does not stay on this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = address[0]
            if host != "localhost" and not ip_address(host).is_loopback:
                raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
