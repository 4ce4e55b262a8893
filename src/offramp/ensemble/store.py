"""The results folder while a run fills it: its identity, its lock and its chunks.

    results/<scenario>-<short hash>/
        chunks/run.json             what the folder belongs to
        chunks/lock                 held while a run writes
        chunks/<start>-<stop>.chunk draws start <= draw < stop under all policies
        chunks/<kind>-<name>/chunks the same of a prior set or an experiment
        manifest.json, draws.parquet, daily.parquet, ... once all draws are there

Chunks stay, so that more draws extend the run. Their size: 8 bytes for every input and every outcome of each
draw and policy, and for the first 2,000 draws the compressed paths, a tenth to a half of 4 bytes for every
policy, day, group and state. A hundred draws of the shipped scenario of 2022 take about 14 MB.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from offramp.ensemble.chunks import BadChunk, Chunk, open_chunk
from offramp.ensemble.files import locked, remove_temporaries, told, write_bytes
from offramp.errors import InputError, Problem

NOTICES = logging.getLogger("offramp")
CHUNKS: Final = "chunks"
RUN: Final = "run.json"
LOCK: Final = "lock"
SHORT: Final = 10
SCIENCE: Final = ("evidence/data/series", "scenario", "model", "engine", "ensemble/draws.py")
"""Sources and series that decide the values of a draw; a scenario file has a checksum of its own."""


@dataclass(frozen=True)
class Identity:
    """Everything that decides the values of a draw. Two runs of one identity may share a folder.

    The number of draws is not part of it, nor who computes them, in which portions, and what is kept.
    """

    scenario: str
    """SHA-256 of the scenario's content."""
    version: str
    code: str
    """SHA-256 of the sources that decide values: results of changed code are never mixed."""
    seed: int
    soldiers: int
    policies: tuple[str, ...]
    draws_from: str | None
    """SHA-256 of the file of given draws, None when they are sampled."""
    prior: str = ""
    """Prior set in force, empty for the main one."""
    experiment: str = ""
    """Experiment of the scenario, empty for its main comparison."""

    @property
    def digest(self) -> str:
        """SHA-256 of all fields."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


@cache
def code_digest() -> str:
    """SHA-256 of the sources of the package that decide the values of a draw."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for part in SCIENCE:
        place = package / part
        files = (
            [path for path in place.rglob("*") if path.suffix in (".py", ".csv")]
            if place.is_dir()
            else [place]
        )
        for path in sorted(files):
            digest.update(path.relative_to(package).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def default_folder(name: str, identity: Identity) -> Path:
    """`results/<scenario>-<short hash>`, relative to where the command is given."""
    return Path("results") / f"{file_name(Path(name).stem) or 'scenario'}-{identity.digest[:SHORT]}"


def file_name(name: str) -> str:
    """A name of a scenario as part of the name of a file; empty when nothing of it can be."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:60]


class Store:
    """An open results folder, locked for this process."""

    def __init__(self, folder: Path, identity: Identity) -> None:
        """`opened` makes one, and a study within an open folder."""
        self.folder = folder
        self.identity = identity
        self.notes: list[str] = []

    @property
    def chunks(self) -> Path:
        """Folder of the chunks."""
        return self.folder / CHUNKS

    def note(self, sentence: str) -> None:
        """Tell something now, and keep it for the manifest."""
        self.notes.append(sentence)
        NOTICES.warning(sentence)

    def scan(self) -> list[Chunk]:
        """Valid chunks in the order of their draws, none overlapping. Others are told, removed and will be
        computed anew.
        """
        with told(self.chunks):
            remove_temporaries(self.folder)
            remove_temporaries(self.chunks)
            files = sorted(self.chunks.glob("*.chunk"))
        valid: list[Chunk] = []
        for path in files:
            try:
                with told(path):
                    valid.append(open_chunk(path, self.identity.digest))
            except BadChunk as error:
                self.note(f"{path} is not used: {error}. Its draws are computed anew.")
                with told(path):
                    path.unlink()
        return _without_overlap(valid)

    def write(self, start: int, stop: int, content: bytes) -> Path:
        """Keep a chunk."""
        path = self.chunks / f"{start:08d}-{stop:08d}.chunk"
        write_bytes(path, content)
        return path


@contextmanager
def opened(folder: Path, identity: Identity) -> Generator[Store]:
    """Open or make the results folder of a run and lock it.

    Raises InputError when it holds something else, OfframpError when it cannot be written or another run has
    it.
    """
    _refuse_foreign(folder)
    chunks = folder / CHUNKS
    with told(folder):
        chunks.mkdir(parents=True, exist_ok=True)
    with locked(chunks / LOCK):
        found = _found(folder)
        if found is None:
            write_bytes(chunks / RUN, json.dumps(asdict(identity), indent=1).encode())
        elif found != json.loads(json.dumps(asdict(identity))):
            raise _other_run(folder, found, asdict(identity))
        yield Store(folder, identity)


def _refuse_foreign(folder: Path) -> None:
    """Refuse a folder that holds anything but results, or a path that is no folder."""
    remedy = "Choose another folder with --out; nothing was changed"
    if folder.exists() and not folder.is_dir():
        raise InputError([Problem(str(folder), "is a file, not a folder", remedy)])
    with told(folder):
        if not folder.is_dir() or (folder / CHUNKS / RUN).is_file():
            return
        strangers = [path.name for path in folder.iterdir() if path.name != CHUNKS]
        inner = folder / CHUNKS
        # A run that was killed at its very start leaves a lock, perhaps half a file, and no more.
        if inner.is_dir():
            strangers += [path.name for path in inner.iterdir() if not _is_first_trace(path.name)]
        elif inner.exists():
            strangers.append(CHUNKS)
    if strangers:
        what = f"holds other things ({', '.join(sorted(strangers)[:3])}), no results of a run"
        raise InputError([Problem(str(folder), what, remedy)])


def _is_first_trace(name: str) -> bool:
    return name == LOCK or (name.startswith(f".{RUN}.") and name.endswith(".tmp"))


def _found(folder: Path) -> dict[str, Any] | None:
    path = folder / CHUNKS / RUN
    if not path.is_file():
        return None
    try:
        found: Any = json.loads(path.read_bytes())
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        remedy = "Remove the folder, or choose another with --out"
        raise InputError([Problem(str(path), "cannot be read", remedy)])
    return found  # pyright: ignore[reportUnknownVariableType]


def _other_run(folder: Path, found: dict[str, Any], asked: dict[str, Any]) -> InputError:
    names = {
        "scenario": "scenario",
        "version": "version of Offramp",
        "code": "code of the model",
        "seed": "seed",
        "soldiers": "number of soldiers",
        "policies": "policies",
        "draws_from": "file of given draws",
        "prior": "prior set",
    }
    different = [name for key, name in names.items() if _plain(found.get(key)) != _plain(asked[key])]
    what = f"holds the results of another run (different: {', '.join(different) or 'its description'})"
    return InputError([Problem(str(folder), what, "Choose another folder with --out; nothing was changed")])


def _plain(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _without_overlap(chunks: Sequence[Chunk]) -> list[Chunk]:
    """Chunks in order; of two that share draws the one with paths, or else the longer one, stays."""
    kept: list[Chunk] = []
    for chunk in sorted(chunks, key=lambda each: each.header.start):
        if kept and chunk.header.start < kept[-1].header.stop:
            dropped = min(kept[-1], chunk, key=lambda each: (bool(each.header.segments), each.header.draws))
            if dropped is kept[-1]:
                kept[-1] = chunk
            with suppress(OSError):
                dropped.path.unlink()
        else:
            kept.append(chunk)
    return kept
