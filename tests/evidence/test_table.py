"""The shipped figures: every rule is kept, ids resolve, words find, references render."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from offramp import evidence
from offramp.errors import InputError
from offramp.evidence.page import page
from offramp.evidence.units import UNITS

ROOT = Path(__file__).resolve().parents[2]
TARGETS_OF_2022 = """
    B-291 B-194 B-195 B-193 B-138 B-320 B-321 B-322 B-326 B-325 B-066 B-330 B-316 B-189 B-265 B-263 B-032
    B-046 B-260 B-266 B-267 B-242 B-243 B-353 B-084 B-355 B-088 B-109 B-110 B-111 B-120 B-121 B-122 B-123
    B-176 B-172 B-312 B-211 B-213
"""


def test_the_shipped_table_keeps_every_rule() -> None:
    assert evidence.check() == []
    assert len(evidence.figures()) > 300


def test_every_figure_can_be_shown_in_one_line() -> None:
    for one in evidence.figures():
        label = one.label()
        assert label.startswith(f"{one.id}: ")
        assert label.endswith(f"grade {one.grade}")
        assert "\n" not in label
        assert one.unit == "direction" or one.unit.removesuffix("s") in label


def test_label_and_values_in_words() -> None:
    assert evidence.figure("B-291").label() == (
        "B-291: Russian troops at the start of the invasion, 190,000 persons — grade B"
    )
    assert evidence.figure("B-325").value_text() == "47,000 (40,000 to 55,000) persons"
    assert evidence.figure("B-088").value_text() == "at least 220 persons"
    assert evidence.figure("B-315").value_text() == "at most 120,000 persons"
    assert evidence.figure("B-242").value_text() == "20 to 40 percent"
    assert evidence.figure("B-218").value_text() == "84.2 billion EUR"
    assert evidence.figure("CH-031").value_text() == "rank 2"
    assert evidence.figure("B-281").value_text() == "1 case"
    assert evidence.figure("B-007").value_text() == "at least 1 person"
    assert evidence.figure("COL-030").value_text() == "raises it"
    assert evidence.figure("WEH-004").value_text() == "no effect found"


def test_ids_of_the_calibration_targets_resolve() -> None:
    assert set(TARGETS_OF_2022.split()) <= evidence.known_ids()


def test_an_alias_is_the_figure_itself() -> None:
    assert evidence.figure("A09") is evidence.figure("B-024")
    assert evidence.figure("A09").central == 17_000
    assert evidence.figure("A30") is evidence.figure("B-094")
    assert evidence.figure("A37") is evidence.figure("B-200")


def test_a_figure_collected_twice_stands_once() -> None:
    doubles = (("CH-003", "CH-014"), ("B-065", "B-325"), ("B-068", "B-186"), ("COL-005", "COL-006"))
    for second, first in doubles:
        assert evidence.figure(second) is evidence.figure(first)
    told = [(one.measure, one.unit, one.period.text, one.population) for one in evidence.figures()]
    assert len(set(told)) == len(told)


def test_rivals_stand_side_by_side() -> None:
    assert evidence.figure("B-191").rivals == ("B-193",)
    assert "B-078" in evidence.figure("B-066").rivals
    assert "A08" in evidence.figure("B-163").rivals
    assert evidence.figure("B-064").rivals == ()  # a floor contradicts no estimate


def test_computed_figures_agree_with_their_arithmetic() -> None:
    def central(id: str) -> float:
        value = evidence.figure(id).central
        assert value is not None
        return value

    assert central("B-026") == pytest.approx(100 * central("A09") / central("A10"))
    assert central("B-265") == pytest.approx(central("B-263") / 1.63, abs=0.5)
    assert central("A08") == pytest.approx(central("A07") / central("B-005"), abs=0.5)
    assert central("A31") == pytest.approx(central("B-163") + central("B-164"), rel=0.002)
    assert central("B-169") == pytest.approx(100 * central("B-003") / central("A31"), abs=0.05)
    assert central("B-122") == pytest.approx(100 * 55 / (55 + 88), abs=0.05)
    assert central("B-123") == pytest.approx(100 * 55 / 814, abs=0.05)
    assert central("B-227") == pytest.approx(43e9 / (5.7e6 * 2 / 3 * 0.75), abs=1)
    assert central("B-253") == pytest.approx(49_000 / 16_000, abs=0.05)
    assert central("K-005") == pytest.approx(central("K-003") / central("K-004"), abs=1)
    assert central("COL-008") == pytest.approx(100 * 593 / central("COL-006"), abs=0.05)
    assert central("COL-010") == pytest.approx(21_820 - central("COL-007"))
    assert central("NGA-003") == pytest.approx(100 * central("NGA-002") / central("NGA-001"), abs=0.05)
    bound, spent = evidence.figure("B-296").low, evidence.figure("B-293").low
    assert bound is not None
    assert spent is not None
    assert bound == pytest.approx(spent / central("B-294"), abs=0.5)


def test_counts_of_one_series_add_up() -> None:
    def central(id: str) -> float:
        value = evidence.figure(id).central
        assert value is not None
        return value

    assert central("COL-001") - central("COL-002") == central("COL-007")
    assert central("COL-007") - (central("COL-003") - 496) == central("COL-006")
    assert central("E-013") == pytest.approx(1.616 * central("E-012"), abs=1)
    assert central("E-014") < central("E-015") < central("COL-003") < central("COL-007") < central("COL-001")
    assert central("CH-012") - 6_600 == pytest.approx(central("CH-022"), abs=2)
    assert central("FDL-001") + central("FDL-002") == 3_878
    assert central("B-041") == sum(central(id) for id in ("B-042", "B-043", "B-044"))
    assert central("B-051") == pytest.approx(sum(central(id) for id in ("B-052", "B-053", "B-054")), rel=0.01)


def test_the_claimed_losses_are_those_of_the_daily_series() -> None:
    start, claimed = evidence.series("claimed-losses")
    for id in ("B-073", "B-074", "B-075", "B-076", "B-077", "B-078", "B-079", "B-069"):
        one = evidence.figure(id)
        assert one.period.start == start
        assert one.period.end is not None
        assert claimed[: (one.period.end - start).days + 1].sum() == one.central, id


def test_computed_figures_say_how() -> None:
    computed = [one for one in evidence.figures() if one.computed]
    assert {"B-122", "B-265", "A08"} <= {one.id for one in computed}
    assert all(len(one.arithmetic) > 10 for one in computed)


def test_no_row_speaks_of_what_was_recalled_or_of_how_the_rows_were_collected() -> None:
    told = re.compile(r"recall|\bseed|\[COMPUTED\]|own knowledge|midpoint")
    for one in evidence.figures():
        words = " ".join((one.measure, one.population, one.period.text, one.note, one.arithmetic))
        assert told.search(words) is None, one.id


def test_an_unknown_id_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean B-291"):
        evidence.figure("b291")
    with pytest.raises(InputError, match="no figure 'Z-999'"):
        evidence.figure("Z-999")


def test_a_refused_id_says_why() -> None:
    with pytest.raises(InputError, match="contaminated source"):
        evidence.figure("UGA-002")
    assert not evidence.known_ids() & evidence.refused().keys()


def test_what_was_only_recalled_is_for_judgement() -> None:
    recalled = {id: reason for id, reason in evidence.refused().items() if "recalled" in reason}
    assert {"CH-036", "COL-036", "SYR-005", "B-297"} <= recalled.keys()
    with pytest.raises(InputError, match="47,023 persons, 1969"):
        evidence.figure("CH-036")


def test_search_wants_every_word() -> None:
    hotline = evidence.search("hotline surrenders")
    assert {"B-088", "B-089"} <= {one.id for one in hotline}
    assert evidence.search(["HOTLINE", "Surrenders"]) == hotline
    assert evidence.search("A09") == [evidence.figure("B-024")]
    assert evidence.search("hotline zebra") == []
    assert evidence.search("  ") == []


def test_a_bibliography_names_each_source_once() -> None:
    references = evidence.bibliography(["B-266", "B-267", "A09", "B-024", "B-325"])
    assert [one.figures for one in references] == [("B-024",), ("B-266", "B-267"), ("B-325",)]
    assert [one.source.year for one in references] == [2023, 2023, 2023]


def test_references_render_in_three_forms() -> None:
    references = evidence.bibliography(["B-324", "B-325", "A09"])
    text = evidence.to_text(references)
    assert (
        "Alexander J. Motyl (2023). Why do Russian soldiers keep marching into slaughter? The Hill. [B-024]"
        in text
    )
    assert text.count("\n") == len(references) - 1
    bibtex = evidence.to_bibtex(references)
    assert bibtex.count("@misc{") == len(references)
    assert "Mediazona, Meduza \\& Kobak" in bibtex
    items = json.loads(evidence.to_csl_json(references))
    assert {item["id"] for item in items} == {one.source.key for one in references}
    assert all(item["title"] and item["author"] for item in items)


def test_every_reference_renders() -> None:
    references = evidence.bibliography(one.id for one in evidence.figures())
    assert sum(len(one.figures) for one in references) == len(evidence.figures())
    bibtex = evidence.to_bibtex(references)
    assert bibtex.count("{") == bibtex.count("}")
    assert len(json.loads(evidence.to_csl_json(references))) == len(references)
    assert ".." not in evidence.to_text(references).replace("...", "")


def test_an_unknown_id_has_no_reference() -> None:
    with pytest.raises(InputError, match="Did you mean"):
        evidence.bibliography(["B-2911"])


def test_every_unit_is_used() -> None:
    assert set(UNITS) == {one.unit for one in evidence.figures()}


def test_every_topic_is_used() -> None:
    assert set(evidence.topics()) == {one.topic for one in evidence.figures()}


def test_the_page_of_figures_is_current() -> None:
    written = (ROOT / "docs" / "evidence.md").read_text("utf-8")
    assert written == page(), "run: python -m offramp.evidence.page docs/evidence.md"


def test_importing_evidence_loads_nothing_heavy() -> None:
    code = (
        "import sys, offramp.evidence; print([m for m in ('numpy', 'pydantic', 'csv') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("[]", "['csv']")
