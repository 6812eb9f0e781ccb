"""Reading PubMed XML: records a second beside Bio.Entrez.read, pubmed_parser and a bare lxml pass, in one run.

The records are those recorded beside the checkout, cycled; figures are ratios of CPU time, since machines are noisy.
Memory is that of a process of its own which streams a file of 2,000 and of 50,000 records.
"""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path

from lxml import etree

SHARED = Path(__file__).parent.parent.parent / "shared" / "data" / "recordings" / "pubmed-xml"
RECORDS = 2_000
MANY = 50_000
REPEATS = 3
PROLOG = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, '
    b'1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)


def recorded() -> list[bytes]:
    """Return every recorded article that all readers read (pubmed_parser fails where there is no journal)."""
    from Bio import Entrez

    articles = []
    for path in sorted(SHARED.rglob("*.xml*")):
        body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        articles += re.findall(rb"<PubmedArticle>.*?</PubmedArticle>", body, re.DOTALL)
    sound = []
    for article in articles:
        if b"<Journal>" not in article:
            continue
        try:
            Entrez.read(BytesIO(PROLOG + article + b"</PubmedArticleSet>"))  # type: ignore[no-untyped-call]  # Biopython
        except (ValueError, RuntimeError):
            continue
        sound.append(article)
    return sound


def bare(path: Path) -> int:
    """Walk all elements and touch nothing."""
    count = 0
    for _, element in etree.iterparse(str(path), events=("end",), tag="PubmedArticle", load_dtd=False, no_network=True):
        count += 1
        element.clear()
    return count


def litwatch(path: Path) -> int:
    """Read as litwatch does."""
    from litwatch.sources.pubmed_xml import read

    return sum(1 for _ in read(path.read_bytes()))


def entrez(path: Path) -> int:
    """Read as Biopython does."""
    from Bio import Entrez

    with path.open("rb") as file:
        return len(Entrez.read(file)["PubmedArticle"])  # type: ignore[no-untyped-call]  # Biopython


def pubmed_parser(path: Path) -> int:
    """Read as pubmed_parser does, without its slower options."""
    import pubmed_parser as library

    return sum(1 for _ in library.parse_medline_xml(f"{path}.gz"))


def seconds(read: Callable[[Path], int], path: Path) -> float:
    """Return the least CPU time of some repeats."""
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        if read(path) != RECORDS:
            raise SystemExit(f"{read.__name__} did not read {RECORDS} records")
        times.append(time.process_time() - started)
    return min(times)


def peak(path: Path) -> float:
    """Return the peak memory in MB of a process that streams ``path``."""
    script = (
        "import sys\nfrom litwatch.sources.pubmed_xml import read_stream\n"
        "with open(sys.argv[1], 'rb') as file: sum(1 for _ in read_stream(file))\n"
        # Not ru_maxrss: a child inherits its parent's.
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024


def write(path: Path, articles: list[bytes], count: int) -> None:
    """Write a set of ``count`` records."""
    with path.open("wb") as file:
        file.write(PROLOG)
        file.writelines(islice(cycle(articles), count))
        file.write(b"\n</PubmedArticleSet>\n")
    if count == RECORDS:
        # pubmed_parser takes nothing but compressed files.
        Path(f"{path}.gz").write_bytes(gzip.compress(path.read_bytes(), compresslevel=1))


def main() -> None:
    """Measure, and print each ratio beside its target."""
    if not SHARED.is_dir():
        print(f"skipped: no recordings at {SHARED}")
        return
    articles = recorded()
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder) / "few.xml", Path(folder) / "many.xml"
        write(few, articles, RECORDS)
        write(many, articles, MANY)
        ours = seconds(litwatch, few)
        print(f"{len(articles)} recorded articles, cycled to {RECORDS}; {RECORDS / ours:,.0f} records/s")
        print(f"{seconds(entrez, few) / ours:.1f} x Bio.Entrez.read (at least 3)")
        try:
            print(f"{seconds(pubmed_parser, few) / ours:.2f} x pubmed_parser (above 1)")
        except ModuleNotFoundError:
            print("pubmed_parser is not installed: pip install pubmed_parser==0.5.1")
        print(f"{seconds(bare, few) / ours:.2f} x a bare lxml pass that touches nothing")
        print(f"peak memory {peak(few):.0f} MB at {RECORDS:,} records, {peak(many):.0f} MB at {MANY:,}")


if __name__ == "__main__":
    main()
