"""``ict rules``: what the rulebook says, and whether a trader's own files are right, without a database."""

from pathlib import Path

from agent.rulebooks import calibrated
from agent.settings import Settings
from api.terminal.rule_list import show_checkup, show_rule, show_rules
from api.terminal.screen import Screen
from rulebook.book import Rulebook
from rulebook.calibration import read_calibration
from rulebook.checkup import Checkup, check_path
from rulebook.folder import SHIPPED
from rulebook.loader import load_rulebook
from tools.errors import InvalidParameter


def rules(rule_id: str | None, profile: str, settings: Settings, *, as_json: bool) -> None:
    """Print every rule in walk order, or one rule whole; the hash is that of the service, calibration included.

    Raises:
        UnknownProfile, InvalidParameter: there is no such profile or rule.
        RulebookError: a rule file or the calibration is at fault.
    """
    fitted = None if settings.calibration_file is None else read_calibration(settings.calibration_file)
    screen, rulebook = Screen(), calibrated(load_rulebook(profile, folder=settings.rulebook_folder), fitted)
    if rule_id is not None:
        rule = _rule(rulebook, rule_id)
        if as_json:
            screen.json(rule)
        else:
            show_rule(screen, rule)
        return
    items = [rule.to_dict() for rule in rulebook.rules]
    version = None if rulebook.calibration is None else rulebook.calibration.version
    identity = {"profile": rulebook.profile, "rulebook_hash": rulebook.hash, "calibration": version}
    if as_json:
        screen.json({"total": len(items), "count": len(items), "items": items, **identity})
    else:
        show_rules(screen, items, rulebook)


def check(path: Path | None, settings: Settings, *, as_json: bool) -> bool:
    """Print every fault of a profile file, a rule file or a folder, or what it comes to; say whether it is right.

    Args:
        path: the file or folder; None is the folder of the rulebook in use.
        settings: where the rulebook in use lies.
        as_json: print JSON, and nothing else.

    Raises:
        InvalidParameter: there is no such file, or it is neither a profile nor a rule.
    """
    home = settings.rulebook_folder
    checkup = check_path(path or home or SHIPPED, folder=home)
    if as_json:
        Screen().json(_to_dict(checkup))
    else:
        show_checkup(Screen(), checkup)
    return not checkup.problems


def _to_dict(checkup: Checkup) -> dict[str, object]:
    return {
        "ok": not checkup.problems,
        "problems": list(checkup.problems),
        "found": [
            {
                "profile": one.rulebook.profile,
                "rulebook_hash": one.rulebook.hash,
                "against": one.against,
                "changes": list(one.changes),
            }
            for one in checkup.found
        ],
    }


def _rule(rulebook: Rulebook, rule_id: str) -> dict[str, object]:
    for rule in rulebook.rules:
        if rule.id == rule_id:
            return rule.to_dict()
    known = ", ".join(rule.id for rule in rulebook.rules)
    raise InvalidParameter(
        f"no rule has the id {rule_id!r}: write one of {known}",
        field="RULE_ID",
        expected=f"one of {known}",
        got=rule_id,
    )
