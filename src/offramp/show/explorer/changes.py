"""What a hand has moved: changes by key path, checked against the handles, and written into the file.

A change is a number (the quantity is taken as known), a pair (the 90 % interval of an unknown number) or one
of a few words. Changes are applied to the parsed file for the simulation and to its text for the export; both
give the same content hash, so what is exported is what was seen.
"""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from offramp.errors import InputError, Problem
from offramp.scenario.findings import Loc, suggestion
from offramp.scenario.places import loc_of, put, replace_law, uncouple
from offramp.show.explorer.handles import Handle

Value = float | str | tuple[float, float]
NOTE: Final = "judgement: set by hand in the explorer"
OWN_POLICY: Final = "my mix"
"""Name of the policy that a choice of programmes by hand becomes."""

MOST_CHANGES: Final = 1_000
MOST_PROBLEMS: Final = 20
"""Problems that are told at once: each takes a search for the name that may have been meant."""
_REWRITTEN: Final = ("policy", "prior", "correlation")
"""Tables of a file that change with others: a mix of one's own, and what is believed of numbers that became known."""


@dataclass(frozen=True)
class State:
    """Everything that a page shows a run of: changes of the file, and the policy in view.

    programmes, levers, offramps: those of a mix chosen by hand, at most one off-ramp; programmes is None for the
    scenario's own policy. prior: the prior set in force, empty for the file as it stands.
    """

    policy: str
    programmes: tuple[str, ...] | None
    levers: tuple[str, ...]
    offramps: tuple[str, ...]
    changes: tuple[tuple[str, Value], ...]
    prior: str = ""

    @property
    def shown(self) -> str:
        """Name of the policy in view."""
        return self.policy if self.programmes is None else OWN_POLICY


def checked(
    raw: object, handles: Mapping[str, Handle], policies: Sequence[str], names: Mapping[str, Sequence[str]]
) -> State:
    """The state that a request asks for. Raises InputError with everything that is wrong with it.

    names: the names of the scenario's `programmes`, `levers` and `offramps`, of which a mix may be made, and of its
    `priors`.
    """
    problems: list[Problem] = []
    table = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
    policy = table.get("policy", policies[-1])
    if policy not in policies:
        problems.append(_unknown("policy", policy, policies, "policies"))
    mix = {
        key: _named(table.get(key), key, names[key], problems) for key in ("programmes", "levers", "offramps")
    }
    prior = table.get("prior") or ""
    if prior and prior not in names["priors"]:
        problems.append(_unknown("prior", prior, names["priors"], "prior sets"))
    given = table.get("changes", {})
    changes: dict[str, Value] = {}
    if not isinstance(given, dict) or len(cast("dict[Any, Any]", given)) > MOST_CHANGES:
        problems.append(Problem("changes", "must be a table of key paths", "Open the page again."))
    else:
        for path, value in cast("dict[str, Any]", given).items():
            if len(problems) >= MOST_PROBLEMS:
                break
            handle = handles.get(path)
            if handle is None:
                problems.append(_unknown(path, path, tuple(handles), "numbers of the scenario"))
                continue
            found = _value(value, handle)
            if found is None:
                what = "must be a number" if value is None else f"cannot be {_shown(value)}"
                problems.append(Problem(path, what, _wanted(handle)))
            elif found != handle.value or handle.interval is not None:
                changes[path] = found
    if problems:
        raise InputError(problems)
    programmes = None if table.get("programmes") is None else mix["programmes"]
    fixed = tuple(sorted(changes.items()))
    return State(str(policy), programmes, mix["levers"], mix["offramps"][:1], fixed, str(prior))


def _named(raw: object, key: str, known: Sequence[str], problems: list[Problem]) -> tuple[str, ...]:
    """The names of a mix, in the order of the file; nothing stated is none of them."""
    wanted: list[Any] = cast("list[Any]", raw) if isinstance(raw, list) else [] if raw is None else [raw]
    strange = (name for name in wanted if name not in known)
    room = MOST_PROBLEMS - len(problems)
    problems += [_unknown(key, name, known, key) for name in itertools.islice(strange, max(room, 0))]
    return tuple(name for name in known if name in wanted)


def apply(data: dict[str, Any], state: State, handles: Mapping[str, Handle]) -> dict[str, Any]:
    """The parsed file with the changes in it; the given one is left as it was, and shared where nothing changed."""
    changed = {key: copy.deepcopy(part) if key in _REWRITTEN else part for key, part in data.items()}
    own: set[Loc] = {(key,) for key in _REWRITTEN}
    for path in [*dict(state.changes), *_believed(data, state)]:
        _copy_down_to(changed, handles[path].loc if path in handles else loc_of(data, path), own)
    write(changed, state, handles)
    return changed


def _copy_down_to(data: dict[str, Any], loc: Loc, own: set[Loc]) -> None:
    """Copy the tables and lists on the way to a place, each once; `own`: those that are copies already."""
    here: Any = data
    dated = len(loc) > 1 and loc[-2] == "points"  # a point is a pair, written into
    for depth in range(1, len(loc) + dated):
        step = loc[depth - 1]
        if loc[:depth] not in own:
            here[step] = copy.copy(here[step])
            own.add(loc[:depth])
        here = here[step]


def write(document: Any, state: State, handles: Mapping[str, Handle]) -> None:
    """Write the changes into a parsed file, or into a document of TOML that keeps its comments."""
    for path, form in _believed(document, state).items():
        replace_law(document, loc_of(document, path), form)
    for at in reversed(range(len(document.get("prior", ())))):
        if document["prior"][at]["name"] == state.prior:  # from now on it is what the file itself says
            del document["prior"][at]
    fixed: set[str] = set()
    for path, value in state.changes:
        put(document, handles[path].loc, _form(value))
        if not isinstance(value, tuple):
            fixed.add(path)
    uncouple(document, fixed)
    if state.programmes is not None:
        if "policy" not in document:
            document["policy"] = [{"name": "reference"}]
        mix = {"name": OWN_POLICY, "programmes": list(state.programmes)} | _told(document, state)
        # A mix made before is replaced: its name must stay its own.
        for at in reversed(range(1, len(document["policy"]))):
            if document["policy"][at]["name"] == OWN_POLICY:
                del document["policy"][at]
        if state.levers:
            mix["levers"] = list(state.levers)
        if state.offramps:
            mix["offramp"] = state.offramps[0]
        document["policy"].append(mix)


def _told(document: Any, state: State) -> dict[str, Any]:
    """By what a mix is told of: the channels of the policy that it was made from, those that tell of what was added to it, and
    those that speak under the reference anyway, so that a mix of nothing made from a reference is no other policy."""
    reference = document["policy"][0]
    made_from = next((one for one in document["policy"] if one["name"] == state.policy), reference)
    speaking = next((one for one in (made_from, reference) if "broadcasts_from" in one), None)
    since = {} if speaking is None else {"broadcasts_from": speaking["broadcasts_from"]}
    stated = [one for one in (made_from, reference) if "channels" in one]
    if not stated:
        return since
    own = made_from.get("programmes", ()) if "channels" in made_from else ()
    added = set(state.programmes or ()) - set(own)
    telling = [
        one["name"]
        for one in document.get("channel", ())
        if any(one["name"] in policy["channels"] for policy in stated)
        or added & set(one.get("programmes", added))
    ]
    return {"channels": telling} | since


def _believed(document: Any, state: State) -> dict[str, Any]:
    """What the prior set in force says of the numbers that no hand has moved, by key path."""
    moved = dict(state.changes)
    sets = (one for one in document.get("prior", ()) if one["name"] == state.prior)
    return {path: form for one in sets for path, form in one["inputs"].items() if path not in moved}


def _form(value: Value) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return {"between": list(value), "note": NOTE}
    return {"value": value, "note": NOTE}


def _value(raw: Any, handle: Handle) -> Value | None:
    """The change that a request means; None when it is none for this handle."""
    if handle.scale == "choice":
        return raw if raw in handle.options else None
    if isinstance(raw, list):
        ends = cast("list[Any]", raw)
        if handle.interval is None or len(ends) != 2 or not all(_inside(end, handle) for end in ends):
            return None
        return (float(ends[0]), float(ends[1])) if ends[0] < ends[1] else None
    return float(raw) if _inside(raw, handle) else None


def _inside(raw: Any, handle: Handle) -> bool:
    number = isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw)
    return number and handle.least <= raw <= handle.most


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _wanted(handle: Handle) -> str:
    if handle.scale == "choice":
        return f"Choose {', '.join(handle.options[:-1])} or {handle.options[-1]}."
    interval = ", or two numbers with the smaller first" if handle.interval else ""
    low, high = handle.least, handle.most
    if math.isinf(high):
        reach = "" if math.isinf(low) else f" of {low:g} or more"
    else:
        reach = f" of {high:g} or less" if math.isinf(low) else f" from {low:g} to {high:g}"
    return f"Give a number{reach}{interval}."


def _unknown(place: str, name: object, known: Sequence[str], listed: str) -> Problem:
    shown = _shown(name)
    return Problem(_shown(place), f"there is no {shown} in this scenario", suggestion(shown, known, listed))
