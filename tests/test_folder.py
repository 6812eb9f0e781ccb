"""The folder copy of a digest: whole or not at all, also when the machine dies in the middle."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conftest import missing
from litwatch.deliver.folder import told_before, write_folder
from litwatch.errors import DeliveryError
from litwatch.model import Attachment

LABEL = "2026-W47"
FILES = {
    "digest.html": b"<html></html>",
    "digest.json": b'{"watch": "small", "period": {"from": null, "to": "2026-11-16T06:00:00+00:00"}}',
    "digest.txt": b"text\n",
    "items.csv": b"\xef\xbb\xbftitle\r\n",
    "items.ris": b"",
    "0123456789abcdef.eml": b"x" * 20_000,
}
EARLIER = {"digest.html": b"earlier", "digest.json": b"{}"}


def copied(folder: Path, label: str, files: Mapping[str, bytes]) -> Path:
    return write_folder(folder, label, [Attachment.of(name, "text/plain", body) for name, body in files.items()])


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_copy_holds_exactly_its_files(tmp_path: Path) -> None:
    place = copied(tmp_path / "out" / "deep", LABEL, FILES)

    assert tmp_path / "out" / "deep" / LABEL == place
    assert content(place) == FILES
    assert {LABEL} == names_in(place.parent)


def test_a_copy_that_stands_is_left_alone(tmp_path: Path) -> None:
    place = copied(tmp_path, LABEL, FILES)
    (place / "note.txt").write_text("mine")
    before = place.stat().st_ino

    copied(tmp_path, LABEL, FILES)

    assert before == place.stat().st_ino
    assert content(place) == {**FILES, "note.txt": b"mine"}


@pytest.mark.parametrize("stands", [EARLIER, {}, {**FILES, "items.csv": b""}], ids=["other", "empty", "one differs"])
def test_a_copy_that_differs_is_replaced_whole(tmp_path: Path, stands: Mapping[str, bytes]) -> None:
    copied(tmp_path, LABEL, stands)

    assert content(copied(tmp_path, LABEL, FILES)) == FILES
    assert {LABEL} == names_in(tmp_path)


def test_what_a_crash_left_over_is_cleared_and_neighbours_are_not(tmp_path: Path) -> None:
    for leftover in (f".{LABEL}.new", f".{LABEL}.old"):
        (tmp_path / leftover).mkdir()
        (tmp_path / leftover / "digest.html").write_bytes(b"half")
    (tmp_path / ".2026-W46.new").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / LABEL).mkdir()

    copied(tmp_path, LABEL, FILES)

    assert {".2026-W46.new", "notes", LABEL} == names_in(tmp_path)


def test_a_leftover_that_is_a_link_is_unlinked_and_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_bytes(b"keep")
    (tmp_path / f".{LABEL}.new").symlink_to(precious)

    copied(tmp_path, LABEL, FILES)

    assert content(precious) == {"file": b"keep"}


def put_file(folder: Path) -> None:
    (folder / LABEL).write_text("in the way")


def put_link(folder: Path) -> None:
    (folder / LABEL).symlink_to(folder)


def put_broken_link(folder: Path) -> None:
    (folder / LABEL).symlink_to(folder / "nowhere")


@pytest.mark.parametrize("put", [put_file, put_link, put_broken_link])
def test_what_stands_in_the_way_is_named_and_kept(tmp_path: Path, put: object) -> None:
    assert callable(put)
    put(tmp_path)

    with pytest.raises(DeliveryError, match=f"{LABEL}: is not a folder; move it away, the digest belongs there"):
        copied(tmp_path, LABEL, FILES)

    assert {LABEL} == names_in(tmp_path)


def test_a_file_where_the_delivery_folder_belongs_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")

    with pytest.raises(DeliveryError, match="a file stands where the folder belongs; move it away"):
        copied(tmp_path / "out", LABEL, FILES)


# --- a machine that dies ----------------------------------------------------------------------------------------------

PROGRAM = """
import os, signal, sys
from pathlib import Path
from litwatch.deliver.folder import write_folder
from litwatch.model import Attachment

folder, label, at = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
files = eval(sys.argv[4])
STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir", "os.listdir"}
seen = 0

def watch(event, arguments):
    global seen
    if event in STEPS and str(folder) in str(arguments[0]):
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
write_folder(folder, label, [Attachment.of(name, "text/plain", body) for name, body in files.items()])
"""


def killed_at(step: int, folder: Path) -> bool:
    """Write the folder in a process of its own that dies before its n-th file operation; tell whether it died."""
    small = {name: body[:100] for name, body in FILES.items()}
    command = [sys.executable, "-c", PROGRAM, str(folder), LABEL, str(step), repr(small)]
    code = subprocess.run(command, check=False).returncode
    assert code in {0, -signal.SIGKILL}
    return code != 0


@pytest.mark.parametrize("stands", [None, EARLIER], ids=["nothing stands", "another copy stands"])
def test_killed_at_any_step_it_leaves_all_or_nothing_and_the_next_run_mends_it(
    tmp_path: Path, stands: Mapping[str, bytes] | None
) -> None:
    whole = {name: body[:100] for name, body in FILES.items()}
    step, died = 0, True
    while died:
        step += 1
        folder = tmp_path / str(step)
        if stands is not None:
            copied(folder, LABEL, stands)
        died = killed_at(step, folder)
        place = folder / LABEL
        if place.exists():
            assert content(place) in ([whole] if stands is None else [whole, stands])
        copied(folder, LABEL, whole)
        assert content(place) == whole
        assert {LABEL} == names_in(folder)
    assert step > 10


def test_killed_between_the_two_renames_the_copy_that_stood_is_put_back_first(tmp_path: Path) -> None:
    copied(tmp_path, LABEL, EARLIER)
    (tmp_path / LABEL).rename(tmp_path / f".{LABEL}.old")

    copied(tmp_path, LABEL, EARLIER)

    assert content(tmp_path / LABEL) == EARLIER
    assert {LABEL} == names_in(tmp_path)


def test_every_file_is_flushed_before_its_folder_moves(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        missing("strace")
    trace = tmp_path / "trace"
    program = "import sys; from pathlib import Path; from litwatch.deliver.folder import write_folder; "
    program += "from litwatch.model import Attachment; files = [Attachment.of(n, 'text/plain', b'1') for n in 'ab']; "
    program += f"write_folder(Path({str(tmp_path)!r}), {LABEL!r}, files)"
    options = ["-f", "-qq", "-y", "-e", "trace=fsync,rename,renameat,renameat2", "-o", str(trace)]
    done = subprocess.run(["strace", *options, sys.executable, "-c", program], check=False, capture_output=True)
    if done.returncode != 0:
        missing(f"permission to trace a process ({done.stderr.decode()[:100]})")

    calls = re.findall(r"(fsync|rename)\w*\(.*?([^/]+?)[\">]", trace.read_text())

    assert [call for call, _ in calls] == ["fsync", "fsync", "fsync", "rename", "fsync", "fsync"]
    assert [name for _, name in calls[:3]] == ["a", "b", f".{LABEL}.new"]


# --- a disk that will not ---------------------------------------------------------------------------------------------


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """Yield a file system of its own in memory; skip loudly where we may not make one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode != 0:
        missing("permission to mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_keeps_what_stood_and_leaves_no_litter(tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "size=64k") as folder:
        copied(folder, LABEL, EARLIER)

        with pytest.raises(DeliveryError, match="No space left on device; free some space there"):
            copied(folder, LABEL, {"digest.html": b"x" * 100_000})

        assert content(folder / LABEL) == EARLIER
        assert {LABEL} == names_in(folder)
        assert content(copied(folder, LABEL, FILES)) == FILES


def test_a_read_only_disk_is_named(tmp_path: Path) -> None:
    with (
        mounted(tmp_path / "fixed", "ro") as folder,
        pytest.raises(DeliveryError, match="Read-only file system; give this user write access, or set delivery"),
    ):
        copied(folder, LABEL, FILES)


def test_a_file_beyond_the_limit_of_this_user_is_named(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(DeliveryError, match=f"{LABEL}: File too large; free some space there"):
            copied(tmp_path, LABEL, FILES)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert names_in(tmp_path) == set()


def test_a_folder_without_write_access_is_named(tmp_path: Path) -> None:
    root = os.geteuid() == 0  # who may write anywhere
    tmp_path.chmod(0o555)
    try:
        if root:
            os.seteuid(65532)
        with pytest.raises(DeliveryError, match="Permission denied; give this user write access"):
            copied(tmp_path, LABEL, FILES)
    finally:
        if root:
            os.seteuid(0)
        tmp_path.chmod(0o755)


def moved_aside(folder: Path) -> None:
    """Leave the folder as a run does that is killed between its two renames."""
    copied(folder, LABEL, EARLIER)
    (folder / LABEL).rename(folder / f".{LABEL}.old")


def test_a_copy_that_a_killed_run_had_moved_aside_gives_way_to_the_new_one(tmp_path: Path) -> None:
    moved_aside(tmp_path)

    copied(tmp_path, LABEL, FILES)

    assert FILES == content(tmp_path / LABEL)
    assert {LABEL} == names_in(tmp_path)


def test_a_copy_that_a_killed_run_had_moved_aside_is_put_back_where_there_comes_no_new_one(tmp_path: Path) -> None:
    moved_aside(tmp_path)

    with pytest.raises(DeliveryError) as raised:
        copied(tmp_path, LABEL, FILES | {"x" * 300: b""})

    remedy = "see to the disk, or set delivery.folder to another place"
    assert f"{tmp_path / LABEL}: File name too long; {remedy}" == str(raised.value)
    assert EARLIER == content(tmp_path / LABEL)
    assert {LABEL} == names_in(tmp_path)


# --- the guard against a lost volume ----------------------------------------------------------------------------------


def digest_of(watch: str, to: str) -> dict[str, bytes]:
    return {"digest.json": json.dumps({"watch": watch, "period": {"to": to}}).encode()}


def test_only_this_watchs_digests_are_recognised(tmp_path: Path) -> None:
    copied(tmp_path, "2026-W46", digest_of("small", "2026-11-09T06:00:00+00:00"))
    copied(tmp_path, "2026-11-16", digest_of("small", "2026-11-16T06:00:00+00:00"))
    copied(tmp_path, "2026-10", digest_of("other", "2026-10-01T06:00:00+00:00"))
    copied(tmp_path, "2026-11-1x", digest_of("small", "2026-10-01T06:00:00+00:00"))
    copied(tmp_path / "elsewhere", "2026-W45", digest_of("small", "2026-11-02T06:00:00+00:00"))

    assert {
        "2026-W46": datetime(2026, 11, 9, 6, tzinfo=UTC),
        "2026-11-16": datetime(2026, 11, 16, 6, tzinfo=UTC),
    } == {label: until for label, (until, _) in told_before(tmp_path, "small").items()}


def test_an_absent_folder_holds_no_digest(tmp_path: Path) -> None:
    assert told_before(tmp_path / "none", "small") == {}


@pytest.mark.parametrize(
    "broken", [b"", b"[]", b"{}", b'{"watch": "small"}', b"\xff", b'{"watch": "small", "period": 1}']
)
def test_a_digest_that_cannot_be_read_is_named_and_not_passed_over(tmp_path: Path, broken: bytes) -> None:
    copied(tmp_path, LABEL, {"digest.json": broken})

    with pytest.raises(DeliveryError, match=rf"{LABEL}/digest\.json: is not a digest of litwatch .*move it away"):
        told_before(tmp_path, "small")


def test_a_copy_whose_content_the_store_lost_is_named_and_what_stood_stays(tmp_path: Path) -> None:
    copied(tmp_path, LABEL, EARLIER)
    whole = Attachment.of("digest.html", "text/html", bytes(range(256)) * 400)
    torn = Attachment(name="digest.html", media_type="text/html", packed=whole.packed[:-9])

    for damaged in (torn, Attachment(name="digest.html", media_type="text/html", packed=b"rubbish")):
        with pytest.raises(DeliveryError, match=f"{LABEL}: the store does not hold what was written; restore a backup"):
            write_folder(tmp_path, LABEL, [damaged])
        assert content(tmp_path / LABEL) == EARLIER
        assert {LABEL} == names_in(tmp_path)
