"""A dead man's switch: tells a watcher outside when a run begins, ended well, or did not.

Protocol: https://healthchecks.io/docs/http_api/ (``/start``, the plain address for success, ``/fail``; ``rid`` pairs
them; a body of at most a few lines). A watcher that does not answer costs the run seconds, never its outcome. The
address is a secret: whoever knows it can keep the watcher quiet.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import requests
import structlog

from litwatch import __version__

LOG = structlog.get_logger()
TIMEOUT_S = (2.0, 3.0)  # connect, read: a deaf watcher costs a run at most a quarter of a minute
TRIES = 2  # of the last word; the first one is said once
BODY_LINES = 5
LINE_CAP = 200


class Heartbeat:
    """The signals of one run to the watcher at ``url``; without one every signal is a matter of course."""

    def __init__(self, url: str | None) -> None:
        self._url = url.rstrip("/") if url else None
        self.run_id = str(uuid.uuid4())

    def start(self) -> None:
        """Tell that a run begins."""
        self._tell("/start", (), tries=1)

    def success(self) -> None:
        """Tell that every source answered completely and nothing is left to send."""
        self._tell("", ())

    def fail(self, lines: Sequence[str]) -> None:
        """Tell that something is incomplete, with the first few ``lines`` about it."""
        self._tell("/fail", lines)

    def _tell(self, what: str, lines: Sequence[str], *, tries: int = TRIES) -> None:
        if self._url is None:
            return
        body = "\n".join(line[:LINE_CAP] for line in lines[:BODY_LINES]).encode()
        for left in reversed(range(tries)):
            try:
                answer = requests.post(
                    self._url + what,
                    params={"rid": self.run_id},
                    data=body,
                    timeout=TIMEOUT_S,
                    allow_redirects=False,
                    headers={"User-Agent": f"litwatch/{__version__}"},
                )
            except requests.RequestException as error:
                cause = type(error).__name__  # its words hold the address
            else:
                if answer.ok:
                    return
                cause = f"status {answer.status_code}"
            if not left:
                LOG.warning("heartbeat not heard", signal=what.removeprefix("/") or "success", cause=cause)
