"""The documentation does what it says: its commands run, its links lead somewhere, its names exist, its tables are current."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import offramp.engine
import offramp.model
import offramp.scenario
from offramp.analysis.outcomes import describe
from offramp.scenario.schema import LISTS, TABLES
from offramp.scenario.schema_endings import OpinionClassTable, PayoffsTable, VetoTable
from offramp.scenario.schema_game import GameEndTable, GameNodeTable
from offramp.scenario.schema_war import InflowTable
from offramp.show import reference
from tests.docs.pages import DOCS, ROOT, blocks, pages, prose
from tests.docs.reader import LANGUAGES, Reader

FOLLOWED = (
    "quickstart.md",
    "tutorial.md",
    "maren.md",
    "own-game.md",
    "scenario.md",
    "results.md",
    "model.md",
    "economics.md",
    "claims.md",
    "numerics.md",
)
QUICK = ("scenario.md", "model.md", "economics.md")
"""Pages whose blocks simulate nothing."""

WITHIN = ("inflow", "class", "payoffs", "veto", "node")
"""Keys that hold tables, each with a heading of its own; `[[game.end]]` shares its name with a date."""

MEASURED = {"benchmarks/RESULTS.md"}
"""Files that a command writes and that need not be there."""

EQUATION = re.compile(r"(?<![\w-])([DEIMNOW])(\d{1,2})(?:(?:-| to )\1(\d{1,2}))?(?![\w-])")
CLOSED_FORM = re.compile(r"(?<!\w)T\d{2}b?(?!\w)")
LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")
FILE = re.compile(r"`((?:src|tests|docs|benchmarks|scripts)/[\w./-]*\w)`")
NAME = re.compile(r"`((?:model|engine|scenario|ensemble|analysis|show)(?:\.[a-z]\w*)+)`")


@pytest.mark.parametrize(
    "page", [page if page in QUICK else pytest.param(page, marks=pytest.mark.slow) for page in FOLLOWED]
)
def test_a_reader_gets_through(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is written, every command given, every block of Python run, in the order of the page."""
    monkeypatch.chdir(tmp_path)
    reader = Reader(tmp_path, monkeypatch)
    for block in blocks(page):
        reader.follow(block)


def test_no_page_has_blocks_that_nobody_runs() -> None:
    found = {block.place for page in pages() if page not in FOLLOWED for block in blocks(page)}
    assert not found
    assert {block.language for page in FOLLOWED for block in blocks(page)} <= LANGUAGES


def test_a_reader_stumbles_over_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    reader = Reader(tmp_path, monkeypatch)
    good = blocks("scenario.md")[0]
    reader.follow(good)
    check = next(block for block in blocks("scenario.md") if block.remark == "fails")
    with pytest.raises(AssertionError, match="ended with 0"):
        reader.follow(check)


def test_installing_is_as_the_readme_says() -> None:
    install = next(block for block in blocks("quickstart.md") if block.remark == "install")
    first = install.text.splitlines()[0]
    assert first in (ROOT / "README.md").read_text("utf-8")
    assert (ROOT / first.split()[-1]).is_file()


@pytest.mark.parametrize("page", pages())
def test_links_lead_somewhere(page: str) -> None:
    for target in LINK.findall(prose(page)):
        path, _, anchor = target.partition("#")
        assert (DOCS / path).is_file(), f"{page}: {target}"
        assert not anchor, f"{page}: {target}: link to the page, headings change"


def test_every_page_is_in_the_index() -> None:
    assert set(LINK.findall(prose("README.md"))) == set(pages()) - {"README.md"}


@pytest.mark.parametrize("page", pages())
def test_files_that_are_named_are_there(page: str) -> None:
    missing = {name for name in FILE.findall(prose(page)) if not (ROOT / name).exists()}
    assert missing <= MEASURED


@pytest.mark.parametrize("page", ["model.md", "numerics.md"])
def test_functions_that_are_named_are_there(page: str) -> None:
    for dotted in NAME.findall(prose(page)):
        home, _, name = f"offramp.{dotted}".rpartition(".")
        assert hasattr(importlib.import_module(home), name), f"{page}: {dotted}"


def equations(text: str) -> set[str]:
    """Equation numbers of a text; a range such as W1-W3 names all it spans."""
    found: set[str] = set()
    for letter, first, last in EQUATION.findall(text):
        found |= {f"{letter}{number}" for number in range(int(first), int(last or first) + 1)}
    return found


def source(*rooms: str) -> str:
    files = [path for room in rooms for path in sorted((ROOT / "src" / "offramp" / room).glob("*.py"))]
    return "\n".join(path.read_text("utf-8") for path in files)


def test_equations_are_in_the_code() -> None:
    """Every number on the model's page is in a docstring of the model or the engine, and the other way round."""
    named = equations((DOCS / "model.md").read_text("utf-8"))
    coded = equations(source("model", "engine"))
    assert not named - coded - {"M3"}  # the module for information exists in its one equation only, I5
    assert not {each for each in coded - named if not each.startswith("M")}
    decision = {f"D{n}" for n in range(1, 7)} | {f"W{n}" for n in range(1, 8)} | {"I5"}
    displayed = set(re.findall(r"\(([DWI]\d)\)", (DOCS / "model.md").read_text("utf-8")))
    assert decision - displayed <= {"W4", "W5", "W7"}  # these three are a sentence or a line each
    assert all(f"**{each}: " in prose("model.md") for each in ("W4", "W5", "W7"))


def test_closed_forms_are_listed() -> None:
    page = (DOCS / "model.md").read_text("utf-8")
    tested = source("model") + "".join(
        path.read_text("utf-8") for path in (ROOT / "tests" / "model").glob("*.py")
    )
    assert set(CLOSED_FORM.findall(page)) <= set(CLOSED_FORM.findall(tested.replace("test_t", "T")))
    section = page.partition("## Closed forms")[2].partition("\n## ")[0]
    table, _, block = section.partition("```python")
    for name in offramp.model.__all__:
        assert f"`{name}`" in table, name
        assert f"{name}(" in block, f"{name} is not shown at work"


def test_the_day_is_the_engines_day() -> None:
    steps = offramp.engine.daily_plan(offramp.scenario.load("ukraine-2022"))
    rows = re.findall(
        r"^\| ([\w-]+) \| (.+) \| ([DIMRW]\d+(?:-[DIMRW]\d+)?) \|$", prose("model.md"), re.MULTILINE
    )
    assert rows == [(step.name, step.what, step.equation) for step in steps]


@pytest.mark.parametrize("page", sorted(reference.PARTS))
def test_generated_parts_are_current(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    assert reference.updated(page, text) == text, "run `python -m offramp.show.reference docs`"


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks the marks"):
        reference.updated("results.md", "# Nothing here\n")


def schema_keys() -> Iterator[str]:
    for model in (*LISTS.values(), *TABLES.values(), InflowTable):
        yield from (field.alias or name for name, field in model.model_fields.items())


def test_every_key_has_a_unit_and_a_word_for_its_absence() -> None:
    """The generator refuses a key of which nobody has said them; no word is left over for a key that is gone."""
    page = reference.keys()
    assert all(f"| `{key}` |" in page for key in schema_keys() if key not in WITHIN)
    known = {f"{table}.{key}" for table, model in (LISTS | TABLES).items() for key in model.model_fields}
    for table, model in (
        ("opinion.class", OpinionClassTable),
        ("escalation.payoffs", PayoffsTable),
        ("escalation.veto", VetoTable),
        ("game.node", GameNodeTable),
        ("game.end", GameEndTable),
    ):
        known |= {f"{table}.{key}" for key in model.model_fields}
    known |= {"top.squad_size"}
    assert set(reference.UNITS) | set(reference.ABSENT) <= known
    assert set(reference.ABSENT_ALIKE) <= set(schema_keys())


def test_symbols_stand_beside_names_of_the_file() -> None:
    table = prose("glossary.md").partition("## Symbols")[2]
    keys = set(schema_keys()) | {
        f"{name}.{key}" for name, model in TABLES.items() for key in model.model_fields
    }
    rows = re.findall(r"^\| (`.+?`) \| (.+) \| .+ \|$", table, re.MULTILINE)
    assert len(rows) > 40
    for _, plain in rows:
        assert set(re.findall(r"`([\w.]+)`", plain)) <= keys, plain


def test_harms_are_outcomes() -> None:
    """The outcomes that the page on ethics names exist under these names, as harms or as deaths averted."""
    rows = re.findall(r"^\| [\w ]+ \| (`.+`) \| .+ \|$", prose("limits-and-ethics.md"), re.MULTILINE)
    names = [name for row in rows for name in re.findall(r"`([\w.*]+)`", row)]
    assert len(names) >= 7
    for name in names:
        assert describe(name.replace("*", "invader")).kind in ("harm", "war"), name
