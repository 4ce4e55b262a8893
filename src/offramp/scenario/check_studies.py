"""Checks of prior sets and experiments: each is tried on the file itself, so that a run cannot be refused later."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from offramp.errors import InputError
from offramp.scenario.document import Document
from offramp.scenario.findings import Loc, key_path, suggestion
from offramp.scenario.places import loc_of, replace_law, write
from offramp.scenario.schema_studies import MAX_RUNS, ExperimentTable, PriorTable
from offramp.scenario.tables_studies import Experiment, Prior, Replacement, Vary
from offramp.scenario.text import quoted

Try = Callable[[dict[str, Any]], object]
"""Builds a scenario from parsed data and raises InputError where it would be refused."""


def priors_of(document: Document) -> tuple[Prior, ...]:
    """The prior sets of a file."""
    return tuple(
        Prior(
            item.name,
            item.note,
            item.draws,
            tuple(
                Replacement(path, getattr(form, "third", None) or "", form.evidence, form.note)
                for path, form in item.inputs.items()
            ),
        )
        for _, item in document.items("prior")
    )


def experiments_of(document: Document) -> tuple[Experiment, ...]:
    """The experiments of a file."""
    return tuple(
        Experiment(
            item.name,
            item.question,
            item.policies,
            tuple(Vary(one.key, one.values, one.label) for one in item.vary),
            item.outcomes,
            item.draws,
        )
        for _, item in document.items("experiment")
    )


def check_studies(document: Document, inputs: list[str], attempt: Try) -> None:
    """Add to the findings what is wrong with prior sets and experiments of a file that is right otherwise.

    inputs: key paths of its unknown numbers.
    """
    for loc, prior in document.items("prior"):
        _check_prior(document, prior, loc, inputs, attempt)
    for loc, experiment in document.items("experiment"):
        _check_experiment(document, experiment, loc, attempt)


def _check_prior(document: Document, prior: PriorTable, loc: Loc, inputs: list[str], attempt: Try) -> None:
    if prior.name.casefold() == "main":
        document.say((*loc, "name"), "`main` is the file as it stands", "Give the set another name.")
    for path, form in prior.inputs.items():
        at = (*loc, "inputs", path)
        if path not in inputs:
            known = suggestion(path, inputs, "unknown numbers of the file")
            document.say(at, "is no unknown number of the file", known)
        elif not form.note and not form.evidence:
            document.say(at, "does not say why", "Add a note, or evidence, for the direction it takes.")
    stated: dict[str, Any] = document.data["prior"][loc[1]]["inputs"]
    known_paths = {path: form for path, form in stated.items() if path in inputs}
    if _refusal(document, known_paths, attempt) is None:
        return
    # Together they are refused: one by one says which, and each at its own place.
    for path, form in known_paths.items():
        refused = _refusal(document, {path: form}, attempt)
        if refused is not None:
            _hand_on(document, (*loc, "inputs", path), refused)


def _refusal(document: Document, laws: dict[str, Any], attempt: Try) -> InputError | None:
    """What a file with these laws in the place of its own would be refused for."""
    data: Any = copy.deepcopy(document.data)
    try:
        for path, form in laws.items():
            replace_law(data, loc_of(data, path), form)
        attempt(data)
    except InputError as refused:
        return refused
    return None


def _check_experiment(document: Document, experiment: ExperimentTable, loc: Loc, attempt: Try) -> None:
    document.all_known("policy", experiment.policies, (*loc, "policies"))
    keys = [one.key for one in experiment.vary]
    if len(set(keys)) < len(keys):
        document.say((*loc, "vary"), f"varies {quoted(keys[0])} twice", "Vary another number, or only one.")
    if len(experiment.policies) < 2 and not keys:
        document.say(loc, "compares nothing", "Name a second policy, or add [[experiment.vary]].")
    runs = len(experiment.policies)
    for at, one in enumerate(experiment.vary):
        runs *= len(one.values)
        place = (*loc, "vary", at)
        for later, (a, b) in enumerate(pairwise(one.values), start=1):
            if b <= a:
                document.say((*place, "values", later), f"{b:g} is not above {a:g}", "Order the values.")
        try:
            where = loc_of(document.data, one.key)
        except InputError as refused:
            _hand_on(document, (*place, "key"), refused)
            continue
        _check_concerned(document, experiment, where, (*place, "key"))
        # Ranges are intervals: what holds at both ends holds between them.
        for end in (one.values[0], one.values[-1]):
            data: Any = copy.deepcopy(document.data)
            try:
                write(data, {one.key: end}, "")
                attempt(data)
            except InputError as refused:
                _hand_on(document, (*place, "values", one.values.index(end)), refused)
                break
    if runs > MAX_RUNS:
        what = f"needs {runs} runs a draw: combinations of values times policies"
        document.say(loc, what, f"Stay within {MAX_RUNS}.")


def _check_concerned(document: Document, experiment: ExperimentTable, where: Loc, loc: Loc) -> None:
    """A number of a programme must belong to one of the policies, or nothing would move."""
    if where[0] != "programme":
        return
    name = str(document.data["programme"][where[1]]["name"])
    chosen = [p for _, p in document.items("policy") if p.name in experiment.policies]
    if not any(name in policy.programmes for policy in chosen):
        what = f"belongs to the programme {quoted(name)}, which none of the policies has"
        document.say(loc, what, "Vary a number of theirs, or name another policy.")


def _hand_on(document: Document, loc: Loc, refused: InputError) -> None:
    """Say at this place what the changed file would be refused for."""
    here = key_path(loc, document.data)
    for problem in refused.problems:
        elsewhere = "" if problem.place.endswith(here) else f" ({problem.place})"
        document.say(
            loc,
            f"{problem.what}{elsewhere}",
            problem.remedy if problem.remedy[-1:] in ".?" else f"{problem.remedy}.",
        )
