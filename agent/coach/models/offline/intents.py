"""The intents: the words a question is recognised by, the tools it is answered from, and who speaks.

The table is read from above; the first intent one of whose patterns is found in the question counts. Patterns read
lower case, one kind of apostrophe.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from agent.coach.models.offline import plans
from agent.coach.models.offline.conversation import Call
from agent.coach.models.offline.said import charts, decisions, moments, parts, plain, rulebook
from agent.coach.models.offline.turn import Turn
from agent.coach.models.offline.words import CHART_TOOLS

Plan = Callable[[Turn], list[Call]]
Speech = Callable[[Turn], list[str]]

_POLITE: Final = r"(please |just |now |then |and )*"
_CHANGES: Final = (
    r"set|change|switch|turn|disable|enable|update|raise|lower|increase|reset|delete|override|bypass|cancel|move|mark|"
    r"edit"
)
_ACTS: Final = r"buy|sell|trade|enter|take|go|long|short|do|hold|exit|close|ignore|skip|be|get"
_TERMS: Final = (
    r"fair value gap|fvg|order block|breaker|mitigation block|displacement|inducement|dealing range|kill ?zone|judas|"
    r"turtle soup|ote|optimal trade entry|market structure shift|mss|power of three|balanced price range|bpr|"
    r"liquidity void|expansion|confluence"
)
_RULE: Final = r"(rules?|r|§|#) ?\d{1,2}([.,\-_]\d){0,2}"


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing people ask for.

    Attributes:
        name: as the tests call it.
        words: patterns, any of which gives it away.
        asks: every call it wants, given what is answered already.
        says: paragraphs, once nothing is left to ask.
        is_topic: whether a bare "and GBPUSD?" asks it again.
    """

    name: str
    words: tuple[str, ...]
    asks: Plan
    says: Speech
    is_topic: bool = True


INTENTS: Final = (
    Intent(
        "what_if",
        (
            r"\bwhat if\b",
            r"\bwhat would happen\b",
            r"\bsuppos(e|ing)\b",
            r"\bassum(e|ing)\b",
            r"\bif (it|the|we|i|there|that) (was|were|had|used|is)\b",
        ),
        plans.what_if,
        decisions.what_if,
    ),
    Intent(
        "would_differ",
        (
            r"\bwhat would (have )?(had|have|need|it take|make|turn|change|flip|stop)",
            r"\b(be|been) (any )?different",
            r"\bwhat (needs?|has|had) to\b",
            r"\bhow (close|far)\b",
            r"\bwhat('s| is| was) missing\b",
            r"\bwhat (do|did) (we|i|it) (need|lack|miss)",
            r"\bwhen (would|does|will) (it|this|that) become",
            r"\b(stop|invalidate|kill|end) (this|the|that) (trade|setup)\b",
            r"\bwhat could (stop|change|invalidate)",
            r"\bwhy[ -]not\??$",
        ),
        plans.would_differ,
        decisions.would_differ,
    ),
    Intent(
        "waiting",
        (
            r"\bworth (the )?wait",
            r"\bshould (i|we) wait",
            r"\bwait(ing)? (for|until|till)\b",
            r"\bhold(ing)? (off|out)\b",
            r"\bpays? to wait",
        ),
        plans.waiting,
        moments.waiting,
    ),
    Intent(
        "compare",
        (
            r"\bcompar",
            r"\bdifference between\b",
            r"\bversus\b|\bvs\b",
            r"\bdiffers? from\b",
            r"\bwhat('s| has)? changed\b",
            r"\blast two\b",
        ),
        plans.compare,
        parts.compared,
    ),
    Intent(
        "list",
        (
            r"\b(list|show|which|what|many|recent|latest|last|all|my|our)\b.{0,30}\b(decisions|runs|analyses|verdicts|trades)\b",
            r"\bhistory\b",
            r"\bwhat (did|have) (we|you|i) (decided?|analysed?)",
        ),
        plans.listed,
        parts.decisions,
    ),
    Intent(
        "change",
        (
            rf"^{_POLITE}({_CHANGES}|remove|make)\b",
            rf"\b(can|could|would|will) you (please )?({_CHANGES}|place|execute|open|close)\b",
            r"\b(ignore|forget|disregard|override|bypass)\b.{0,40}\b(rules?|instructions|prompt|verdict|decision|limits?|stop|everything)\b",
            rf"^{_POLITE}(place|execute|open|close)\b",
            r"\byou are now\b",
        ),
        plans.nothing,
        plain.change,
        is_topic=False,
    ),
    Intent(
        "instrument",
        (r"\b(tick|contract|lot|step) size\b", r"\b(tick|pip) value\b", r"\bmultiplier\b", r"\binstrument\b"),
        plans.instrument,
        parts.instrument,
    ),
    Intent(
        "size",
        (
            r"\bposition siz",
            r"\d ?(%|percent) of\b",
            r"\bsiz(e|ing)\b",
            r"\bhow (big|large|many (lots|contracts|shares|units))",
            r"\b(lots|contracts) (for|with|at)\b",
            r"\bhow much (should|can|could|would) (i|we) (buy|sell|trade|risk)",
        ),
        plans.size,
        parts.size,
    ),
    Intent(
        "run",
        (
            r"\b(run|do|start|make|give me|need) (a |an |another |the |one |me )*(new |fresh )?(analysis|run)\b",
            r"\b(re-?)?analy[sz]e\b",
            r"\bre-?run\b",
            r"\b(check|look|run it|try) again\b",
            r"\b(fresh|new|another) (look|analysis|run)\b",
            r"\bis there (a|any) (trade|setup)\b.*\bnow\b",
        ),
        plans.run,
        decisions.ran,
    ),
    Intent(
        "what_if",
        (r"\b(under|with|by|using|on) (the )?(strict|relaxed|\w+ (profile|rules))\b",),
        plans.what_if,
        decisions.what_if,
    ),
    Intent(
        "rule_verdict",
        (
            rf"\b(did|does|has|have|was|were|is)\b.{{0,20}}{_RULE}.{{0,20}}\b(pass|fail|met|h[oe]ld|open|close|block|do|decid)",
            rf"\bwhy\b.{{0,20}}{_RULE}",
            rf"{_RULE} (pass|fail|block|verdict)",
            rf"\b(verdict|outcome) (of|on|for) {_RULE}",
            r"\bwhy did \d{1,2}\.\d",
        ),
        plans.rule_verdict,
        rulebook.rule_verdict,
    ),
    Intent(
        "rule",
        (
            rf"(?<!\w){_RULE}(?!\d)",
            r"\bwhat (does|is|about) \d{1,2}\.\d(\.\d)?\b(?!%)",
            r"\b(which|what|any|is there a|the|list|show|all) (the )?rules?\b",
            r"\brulebook\b",
            rf"\bwhat('s| is| are) (an? |the )?({_TERMS})s?\??$",
            r"\bwhat (does|did) (it|that|this|that one|the rule) say\b",
            r"\b(define|meaning of|definition)\b",
            r"\bwhat does .{2,40} mean\b",
        ),
        plans.rule,
        rulebook.rule,
    ),
    Intent(
        "confidence",
        (
            r"\bconfiden",
            r"\bhow (sure|certain|strong)\b",
            r"\bconfluence\b",
            r"\bhow many points\b",
            r"\bscore\b",
            r"\bodds\b|\bprobab",
        ),
        plans.explain,
        parts.confidence,
    ),
    Intent(
        "warnings",
        (r"\bwarning", r"\bcaveats?\b", r"\blet through\b", r"\bunknowns?\b", r"\bconcerns?\b"),
        plans.explain,
        parts.warnings,
    ),
    Intent(
        "why",
        (r"\bwhy\b", r"\bhow come\b", r"\breasons?\b", r"\bexplain\b", r"\bwhat made\b", r"\bwhat happened\b"),
        plans.explain,
        decisions.why,
    ),
    Intent(
        "mode",
        (
            r"\bmode\b",
            r"\bemergency\b",
            r"\bkill ?switch\b",
            r"\btrading (stopped|halted|paused|allowed|on|off)\b",
            r"\ballowed to trade\b",
            r"\b(can|may) (it|you|the agent) trade\b",
        ),
        plans.clock,
        moments.mode,
    ),
    Intent(
        "foretell",
        (
            r"^(?!.*\bwhen\b).*\b(will|gonna|going to)\b.{0,40}\b(go|rise|fall|drop|pump|rally|hit|win|up|down|be)\b",
            r"\bpredict|\bforecast",
            r"\bwin ?rate\b",
            r"\bp&l\b|\bpnl\b",
            r"\bprofitab",
            r"\b(did|have|will|can) (i|we) (make|made|earn|lose|lost|win)\b",
            r"\bhow much (money|profit)\b",
        ),
        plans.nothing,
        plain.foretell,
        is_topic=False,
    ),
    Intent(
        "advice",
        (
            rf"\b(should|shall|can|may|could|ought) (i|we)( just| still| not| now)? ({_ACTS})",
            rf"^{_POLITE}(enter|buy|sell|go|take)\b",
            r"\b(just|better) (buy|sell|enter|go)\b",
            r"\b(buy|sell|take|enter) (it|this|that|now|here|anyway)\b",
            r"\bgo (long|short)\b",
            r"\btell me to (buy|sell)",
            r"\b(good|bad|right) (idea|time|moment)\b",
            r"\bis it (safe|ok|okay|fine)\b",
            r"\bworth (a |the )?(taking|trad|it|shot)",
            r"\bwhat should (i|we) do\b",
            r"\b(buy|sell) or (buy|sell)\b",
            r"\brecommend|\badvi[cs]e\b",
            r"\bis (it|this|that) a (buy|sell|trade)\b",
        ),
        plans.explain,
        decisions.advice,
    ),
    Intent("chart", tuple(words for words, _ in CHART_TOOLS[:-1]), plans.chart, charts.chart),
    Intent(
        "setup",
        (
            r"\bentry\b",
            r"\bstop\b|\bstop.?loss\b|\bsl\b",
            r"\btargets?\b|\btake.?profit\b|\btp\b",
            r"\br ?: ?r\b|\brr\b|\breward\b",
            r"\binvalidat",
            r"\bsetup\b",
            r"\bwhere (do|would|should|did|are|is) .{0,20}\b(enter|exit|in|out)\b",
            r"\bwhich model\b",
            r"\bpartials?\b|\bbreak ?even\b|\btrail",
        ),
        plans.explain,
        parts.setup,
    ),
    Intent("risk", (r"\brisk(ed|ing|s)?\b", r"\bexposure\b", r"\bhow many lots\b"), plans.explain, parts.risk),
    Intent(
        "calendar",
        (
            r"\bnews\b",
            r"\bcalendar\b",
            r"\bevents?\b",
            r"\bnfp\b|\bcpi\b|\bfomc\b|\bpayrolls?\b|\bppi\b|\bgdp\b",
            r"\b(data|economic) releases?\b",
            r"\bred folder\b",
            r"\bhigh.impact\b",
        ),
        plans.calendar,
        moments.calendar,
    ),
    Intent(
        "clock",
        (
            r"\bkill ?zones?\b",
            r"\bwhat time\b|\bthe time\b|\bclock\b",
            r"\bsessions?\b",
            r"\bmarkets? (is |are )?(open|closed?|hours)",
            r"\b(open|closed)\b",
            r"\bhow long (until|till|to|before|is)\b",
            r"\bminutes (left|until|to)\b",
            r"\bwhen (does|do|is|will)\b",
            r"\b(london|new york|asia|asian|tokyo|ny)\b",
            r"\bsilver bullet\b|\bmacro\b",
            r"\bweekend\b|\bholiday\b",
            r"\bnext (zone|window)\b",
        ),
        plans.clock,
        moments.clock,
    ),
    Intent(
        "bias",
        (r"\bbias\b", r"\bbullish\b|\bbearish\b", r"\bdirection\b", r"\btrend", r"\blean(s|ing)?\b", r"\bvotes?\b"),
        plans.explain,
        parts.bias,
    ),
    Intent("chart", (CHART_TOOLS[-1][0],), plans.chart, charts.chart),
    Intent(
        "decision",
        (
            r"\bdecisions?\b|\bdecided?\b",
            r"\bno[ _]?trade\b|\btrade_now\b",
            r"\bverdict\b|\bstatus\b|\boutcome\b|\bresult\b",
            r"\b(did|do|are|have|is|was)(n't)? (we|you|it|that|i|there)\b.{0,20}\b(tak(e|en|ing)|took|traded?|in)\b",
            r"\bsummar",
            r"\btell me (about|more)\b",
            r"\bmore\b|\bdetails?\b",
            r"\bany (trade|setup)\b",
            r"\btrades?\b",
        ),
        plans.explain,
        decisions.why,
    ),
    Intent(
        "thanks",
        (r"\b(thanks?|thank you|thx|cheers|great|perfect|bye|goodbye)\b",),
        plans.nothing,
        plain.thanks,
        is_topic=False,
    ),
    Intent(
        "help",
        (
            r"^\W*(hi|hello|hey|yo|howdy|good (morning|afternoon|evening))\b",
            r"\bhelp\b",
            r"\bwhat can (you|i)\b",
            r"\bwho are you\b|\bwhat are you\b|\bare you (an? )?(ai|bot|human|gpt)",
            r"\bhow do you work\b|\bwhich model are you\b",
        ),
        plans.nothing,
        plain.greeting,
        is_topic=False,
    ),
)
"""From the most telling words to the vaguest."""
ABSTAINS: Final = Intent("unknown", (), plans.nothing, plain.abstains, is_topic=False)
_NAMED: Final = {intent.name: intent for intent in reversed(INTENTS)}


@cache
def _patterns(intent: Intent) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(words) for words in intent.words)


def intent_named(name: str) -> Intent:
    """Return an intent of the table, or the one that abstains."""
    return _NAMED.get(name, ABSTAINS)


def recognise(plain: str) -> Intent:
    """Return the first intent whose words a question holds, or the one that abstains."""
    found = (one for one in INTENTS if any(pattern.search(plain) for pattern in _patterns(one)))
    return next(found, ABSTAINS)
