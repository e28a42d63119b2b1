"""What an answer calls by its name: the mode, the kill zone, the profile; each must be the one a tool told."""

import re
from collections.abc import Iterator
from typing import Final

from agent.coach.grounding.looked import Checked, Looked, refused

_MODE: Final = re.compile(r"\b[Mm]ode(?: is| was| stays| now|:| =|,)*[ \"]{1,3}(?P<mode>[A-Z][A-Z_]{2,})\b")
_ZONES: Final = {
    "london close": "london_close", "london open": "london", "new york am": "new_york_am",
    "new york morning": "new_york_am", "new york pm": "new_york_pm", "new york afternoon": "new_york_pm",
    "asian": "asia", "asia": "asia", "london": "london",
}  # fmt: skip
_NAME: Final = r"(?P<zone>London Close|London Open|New York (?:AM|PM|morning|afternoon)|Asian|Asia|London)"
_NOW: Final = re.compile(
    rf"\b(?:in|inside|during|within) (?:the |an? )?{_NAME} (?:open )?kill[ -]?zone"
    rf"|\b(?:kill[ -]?zone|session) (?:is|was|:|called)(?: the| still| now)? {_NAME.replace('zone', 'zone2')}\b"
    rf"(?! session| low| high)"
    rf"|\b(?:[Ww]e're|[Ww]e are|inside|during) (?:in )?(?:the )?(?P<zone3>London Close|New York (?:AM|PM))\b",
)
_NEXT: Final = re.compile(
    r"\b(?P<zone>London Close|New York (?:AM|PM)|London Open) (?:is next|comes next|opens|starts|begins)\b"
    r"|\bnext(?: kill[ -]?zone)?(?: is| one is|:) (?:the )?(?P<zone2>London Close|New York (?:AM|PM)|London|Asia)\b"
)
_DENIED: Final = re.compile(
    r"\b(?:not|n't|no|outside|until|before|after|wait for|awaiting)\b[^.;,]{0,20}$", re.IGNORECASE
)
_PROFILE: Final = r"\b(?P<one>{names}) (?:profile|rulebook|rules)\b|\b[Pp]rofile(?: is| was|:|,)* (?P<two>{names})\b"


def wrong_names(look: Looked) -> Iterator[Checked]:
    """Yield the names that no tool told."""
    yield from _modes(look)
    yield from _kill_zones(look)
    yield from _profiles(look)


def _modes(look: Looked) -> Iterator[Checked]:
    for found in look.claimed(_MODE):
        if not any(one.endswith(("mode", "because")) for one in look.known.name(found["mode"])):
            yield refused("identifier", *found.span("mode"), f"no answer says that the mode is {found['mode']}")


def _kill_zones(look: Looked) -> Iterator[Checked]:
    for pattern, is_it in ((_NOW, _is_of_now), (_NEXT, _is_of_next)):
        for found in look.claimed(pattern):
            group = next(one for one in ("zone", "zone2", "zone3") if found.groupdict().get(one))
            if _DENIED.search(look.text, max(0, found.start() - 30), found.start(group)):
                continue
            slug = _ZONES[found[group].lower()]
            sources = [*look.known.name(slug), *look.known.name(f"{slug}_session")]
            if not any(is_it(one) for one in sources):
                yield refused("identifier", *found.span(group), f"no answer says so of {found[group]}")


def _is_of_now(source: str) -> bool:
    path = source.rpartition(":")[2]
    return path.endswith("kill_zone") or ".active." in path


def _is_of_next(source: str) -> bool:
    return "kill_zone" in source


def _profiles(look: Looked) -> Iterator[Checked]:
    names = "|".join(re.escape(one) for one in sorted({"strict", "relaxed", *look.known.profiles}))
    told = {(one.origin.profile, one.origin.run_id, one.origin.symbol) for one in look.known.statuses}
    for found in look.claimed(re.compile(_PROFILE.format(names=names))):
        group = "one" if found["one"] else "two"
        scope = look.scope(*found.span())
        if look.known.profiles and found[group] not in look.known.profiles:
            yield refused("identifier", *found.span(group), f"no answer is of the profile {found[group]}")
        elif (
            told
            and scope.run_id
            and not any(profile == found[group] and (run or "").startswith(scope.run_id) for profile, run, _ in told)
        ):
            yield refused("identifier", *found.span(group), "that decision was judged by another profile")
