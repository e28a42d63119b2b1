"""``ict rules``: what the rulebook says, without a database."""

from agent.settings import Settings
from api.terminal.rule_list import show_rule, show_rules
from api.terminal.screen import Screen
from rulebook.book import Rulebook
from rulebook.loader import load_rulebook
from tools.errors import InvalidParameter


def rules(rule_id: str | None, profile: str, settings: Settings, *, as_json: bool) -> None:
    """Print every rule in walk order, or one rule whole.

    Raises:
        UnknownProfile, InvalidParameter: there is no such profile or rule.
        RulebookError: a rule file is at fault.
    """
    screen, rulebook = Screen(), load_rulebook(profile, folder=settings.rulebook_folder)
    if rule_id is not None:
        rule = _rule(rulebook, rule_id)
        if as_json:
            screen.json(rule)
        else:
            show_rule(screen, rule)
        return
    items = [rule.to_dict() for rule in rulebook.rules]
    identity = {"profile": rulebook.profile, "rulebook_hash": rulebook.hash}
    if as_json:
        screen.json({"total": len(items), "count": len(items), "items": items, **identity})
    else:
        show_rules(screen, items, profile=rulebook.profile, rulebook_hash=rulebook.hash)


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
