"""The words of acting on a market, and the few forms in which they advise nothing. All patterns are bounded."""

import re
from typing import Final


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


HARMLESS: Final = _words(
    r"\blong story short\b",
    r"\b(?:short|long|shorter|longer)[- ](?:term|lived|lists?|while|time|ago|answer|version|stor(?:y|ies)|way"
    r"|days?|weeks?|history|wicks?"
    r"|lower|upper|tail|body|bod(?:y|ies)|candles?|bars?|periods?|range|distance|summary|explanation|note|form"
    r"|squeeze"
    r"|covering|enough|awaited|as|of|standing|reply|text|sentence|break|cut|chain|trail|by)\b",
    r"\blong (?:before|after|since|past)\b|\bwent (?:long|short)\b",
    r"\b(?:session|zone|wick|tail|list|window|day|week|range|body|answer|history|record|distance|time|way"
    r"|minutes?|hours?"
    r"|days?|candles?)(?: (?:is|are|was|were))?(?: too| very| quite)? (?:long|short)\b",
    r"\b(?:price|market|candle|it) (?:may|might|could|can|will|would|must|has to|has yet to|did not"
    r"|does not) (?:\w+ )?enter\b",
    r"\b(?:too|so|how|as|no|not|very|quite|rather|before|for|all day|in|takes?|took|taken|taking|much|(?:keep"
    r"|kept|make)"
    r"(?: (?:it|this|that|them))?|falls?|fell|fallen|stops?|cut|cuts) "
    r"(?:short|long)(?=[.,;:!?)\n]| (?:to\b|and sweet|until\b|as\b|ago\b|does\b|do\b|is the)|$)",
    r"\bto keep (?:it|this) short\b",
    r"\bhowever (?:long|short)\b|\b(?:has|have|had) long (?:been|gone|\w+ed)\b",
    r"\b(?:falls?|fell|fallen|comes?|came) [\d.]+ ?\w{0,7} short(?=[.,;:!?)\n]| of\b|$)",
    r"\d(?: ?(?!lots?\b|contracts?\b|units?\b)[\w%]{1,9})? short(?=\))",
    r"\b(?:buy|sell)[- ]?side\b",
    r"\b(?:buying|selling) (?:pressure|climax|volume|interest)\b",
    r"\bbuy(?:ing)? (?:time\b|(?:that|the|this|your|an|such an?) (?:argument|idea|story|reasoning|explanation))",
    r"\bsell(?:ing)? (?:you )?(?:that|the|this|an?) (?:argument|idea|story|news|fact|signal)\b",
    r"\bin the (?:long|short) run\b",
    r"\benter(?:ing)? (?:(?:a|an|the|your|its|two|both|another|one|that|this) )?(?:two )?(?:run|id|ids|symbol"
    r"|number|name"
    r"|question|values?|market's|command|key|kill zone|killzone|session|zone|account|balance|rule id)\b",
    r"\btake (?:it|this|that|them) (?:one (?:step|rule|point|by|at|thing|fact|gate)|step|seriously|further|slowly"
    r"|easy|into|as|in turn|with (?:care|caution|a "
    r"(?:grain|pinch))|for granted|from there|to mean|literally|apart|back|point|rule|up|in)\b",
    r"\b(?:take|taking) (?:(?:a|the|another|its|some|more|no) )?(?:closer )?(?:look|note|moment|breath|break|step"
    r"|time|stock"
    r"|bias|kill zone|reward|rules?|session|points?|account of|example|case|question|notice)\b",
    r"\bas (?:in|for|with|it must be for) (?:any|every|a) (?:long|short)\b",
    r"\bgo(?:ing)? (?:for it )?(?:through|over|into|to|back|on)\b",
    r"\bgo ahead and (?:ask|read|run|look|check|open|compare|analy[sz]e|tell|try again)\b",
    r"\bdo it (?:again|for you)\b",
    r"\bsend it (?:to me|again|back)\b",
    r"\b(?:short|long)[- ]name\b",
    r"\border (?:blocks?|flow|of)\b|\bin order to\b",
)
"""Collocations in which the words mean something else; they are taken out before anything is read."""

_RESTING: Final = r"(?:buy|sell)(?:ing)?[- ](?:stops?|orders?|limits?)"
RESTING_ORDERS: Final = re.compile(
    rf"\b{_RESTING} (?:rest|sit|lie|lay|lying|resting|sitting|were|was|are|stand|stood|have been|get|got|above"
    rf"|below|under"
    rf"|over|beyond|at the)\b|\b(?:took|taken|swept|sweep|sweeps|took out|runs?|ran|raided?|hit|grabbed|of|the"
    rf"|these|those) "
    rf"(?:out )?(?:the |resting |all |old ){{0,2}}{_RESTING}",
    re.IGNORECASE,
)
"""Liquidity, told of: what rests above a high."""
PLACING: Final = re.compile(
    r"\b(?:place|put|set|leave|queue|rest|use|submit|send|enter|add|work|have|try|park|drop|throw"
    r"|ladder)\b[^.;!?\n]{0,20}$",
    re.IGNORECASE,
)

_ADJECTIVES: Final = r"(?:[\w%.-]+ ){0,4}"
_DEAL: Final = (
    r"(?:trades?|setup|short|long|positions?|shot|punt|signal|sell|buy|plunge|opportunity|entry|chance|bite|stab|bet)"
)
ACTING: Final = _words(
    # a direction, as a verb, a noun or an answer
    r"\b(?:buy|sell|short|long|buying|selling|shorting|resell)\b",
    r"\b(?:your|some|more|the|are|be|being|building|build|of|on|add|adding|start|open|in|into|new|these|small) "
    r"(?:shorts|longs|sells|buys)\b",
    r"\b(?:be|become|being|i'm|i'd be|we're|are|join|with|follow|for) (?:the |a |an )?(?:sellers?|buyers?|bears?"
    r"|bulls?)\b",
    r"\b(?:sellers?|buyers?|bears?|bulls?) (?:should|can|could|may|must|ought)\b|\b(?:gift|time"
    r"|market) for (?:sellers|buyers)",
    # going in
    r"\benter(?:ing)?\b|\bentry (?:now|here|at market)\b",
    r"\b(?:get|getting|jump|jumping|pile|hop|climb|step|come|dive) (?:back )?(?:in|into it|on board|aboard|involved"
    r"|on it)\b(?! (?:touch|turn|line|time|order|trouble|the way|detail|to (?:the )?(?:trace|rule|detail)))",
    r"\bpull(?:ing)? the trigger\b|\bgo(?:ing)? for it\b|\bgo(?:ing)? all[- ]in\b|\ball in\b(?! all)"
    r"|\bfull send\b|\byolo\b"
    r"|\bape in\b|\bload(?:ing)? (?:up|the boat|here)\b|\bbacking up the truck\b|\bsend it\b|\bdo likewise\b"
    r"|\b(?:should|could|would|may|to) be loading\b|\bback up the truck\b|\bfire away\b|\bfire it\b",
    rf"\btak(?:e|ing) (?:on )?(?:(?:it|this|that|one|this one|that one|them)(?=[.,;:!?)\n]| (?:now|here|anyway|at"
    rf"|small|today"
    rf"|short|long|or|and|if|when|while|before|regardless|all|on)\b| (?:would|will|is|makes)\b| with (?!care"
    rf"|caution)|\s*$)|(?:a|an|the|this|that|your"
    rf"|any|every|some|his|my|our) {_ADJECTIVES}{_DEAL}\b)",
    r"\b(?:open|opening|place|placing|put|putting|make|making|do|doing|start|starting|build|building|establish"
    r"|initiate|add"
    r"|adding|execute|executing|try|grab|catch|hold|launch|set up|get) (?:up |on |in |into |with )?(?:a|an"
    r"|the|this"
    r"|that|your|another|one|any|new) (?:[\w%.-]+ ){0,3}(?:trade|position|order|short|long|sell|buy|punt|bet)\b",
    r"\b(?:place|put|set|leave|queue|rest|use|submit|send|have|park|work) (?:up |in )?(?:a|an|the|your|some|one) "
    r"(?:[\w.-]+ ){0,2}(?:orders?|limit|stop order|market order|bid|offer)\b",
    r"\bput(?:ting)? (?:it|this|that|one|some|money|half|a little) (?:on|in|to work)\b(?! (?:the|your|my) (?:list"
    r"|notes?))",
    r"\b(?:scale|scaling|ease|leg|average|averaging) in(?:to)?\b|\bscale up\b|\badd(?:ing)? (?:on weakness"
    r"|on strength|to (?:it"
    r"|your (?:position|trade))|a second)\b|\bdouble down\b|\bdip (?:a|your) toe\b",
    r"\bhit(?:ting)? the bid\b|\blift(?:ing)? the offer\b|\b(?:smash|press|click|hit|tap|push) (?:the "
    r"|that )?(?:buy|sell|it"
    r"|button)\b|\bclick it\b",
    r"\b(?:paper[- ]?)trad(?:e|ing)\b|\btrad(?:e|ing) (?:it|this|that|them|now|here|the (?:break\w*|move|trend"
    r"|setup|short|long"
    r"|reversal|bounce|pullback|sweep|gap|dip|rally))\b(?! would| is not| isn't)|\btradeable\b|\btradable\b",
    r"\b(?:fade|fading|ride|riding|catch|follow|join|chase|chasing|play|work|copy|mirror) (?:the|this|that|any"
    r"|every|what)"
    r" (?:[\w-]+ ){0,2}(?:rally|rallies|move|down\w*|up\w*|trend|drop|fall|dip|bounce|break\w*|momentum|sellers"
    r"|buyers|bears"
    r"|bulls|banks|institutions|money)\b",
    r"\bbet(?:ting)? (?:on|against)\b|\bpunt\b|\bposition yourself\b|\bflip (?:short|long)\b"
    r"|\bon the downside\b(?= and| now|;|,"
    r"|\.|$)|\brisk(?:ing)? (?:a|an|half|some|just|only|your) (?!reward|factor|limit|setting|per)[\w-]+",
    r"\b(?:start|begin|go|try|do|sell|buy) (?:with |in )?(?:just |only )?(?:a |half a "
    r"|\d[\d.]* ?)(?:[\w-]+ ){0,3}lots?\b",
    r"\b(?:act|acting) (?:on (?:it|this|that)|now|accordingly)\b|\b(?:time|moment) to (?:act|strike|move|go)\b",
    r"\b(?:green light|my blessing|thumbs up|good to go|fine to go|clear to go|free to go|this one's a go"
    r"|it's a go)\b",
    r"\b(?:the|this) (?:trade|setup|short|entry) is (?:on\b|good\b|worth|yours|a go\b|ready|fine\b|valid enough)",
    r"\bgo ahead(?=[.,;:!?\n]|\s*$)|\b(?:just |let's |i'd |sure - i'd )?do (?:it|this|that)(?=[.,;:!?\n]|\s*$)"
    r"|^\W{0,3}go\W{0,3}$|\bhave a go\b|\bget this trade\b",
    r"\b(?:skip|ignore|override|overrule|forget|disregard|bypass|never mind) (?:the |this |that |rule )?(?:rules?"
    r"|gates?|rulebook|wait|engine|decision|\d+(?:\.\d+)+)\b",
    r"\b(?:should|could|can|must|ought to|may) be (?:sold|bought|shorted|taken|entered)\b(?! (?:out|as|with|from|into))"
    r"|\b(?:offer|bid) (?:it|out|at)\b|\bdo what\b[^,.\n]{0,30}\bdo\b"
    r"|\b(?:i'm|i'd be|be) in(?= already\b| now\b|[.!?,]|$)",
    r"\bfill your (?:bags|boots)\b|\b(?:and|then|just|go) trade(?=[.!,;]|\s*$)|\bpretend\b"
    r"|\b(?:treat|regard|see|consider) (?:it|this|that|\w{6}) as (?:an? )?(?:TRADE_NOW|trade|go)\b"
    r"|\b(?:leave|set|put) (?:the |this |that |rule )?(?:rules?|gates?|rulebook|wait|\d+(?:\.\d+)+) aside\b",
    # the same in tongues the check cannot read further
    r"\b(?:ver|zu)?kauf(?:e|en|t|st)?\b|\bverkauf\w*|\bvend(?:s|ez|re|e|a|er|i|o|iamo|ete|ere|iendo)\b"
    r"|\bcompr(?:a|e|ar|en|es|o"
    r"|are|ate|iamo)\b|\bachet\w+|\bacquist\w+|\bsatis\b|\bsprzeda\w*|\bkup(?:uj|ic|ujcie)\b|\b(?:ver)?koop\b"
    r"|\bga nu\b"
    r"|\bgeh jetzt\b",
)
"""Any mention of acting."""

REVERSED: Final = _words(
    r"\bwithout (?:a |any )?(?:doubt|hesitation|question|fear|delay)\b|\bno matter\b"
    r"|\b(?:instead of|rather than|no more|enough|against|before|stop)"
    r" (?:\w+ )?(?:waiting|hesitating|thinking)\b",
    r"\b(?:not|never|no|isn't|aren't|wouldn't be) (?:an? |that |too |so |very |even )?(?:bad|wrong|risky"
    r"|dangerous|mistake"
    r"|crazy|unreasonable|problem|issue|big deal|stupid|silly|foolish|crime|sin|illegal|forbidden|far-fetched)\b",
    r"\b(?:don't|do not|never|shouldn't|wouldn't|would not|should not|no need to|needn't|not to|can't|cannot"
    r"|won't) (?:just )?"
    r"(?:wait|miss|hesitate|be (?:afraid|scared|shy)|overthink|worry|regret|go wrong|lose|pass on|skip|let|mind"
    r"|fear|delay"
    r"|sit|think twice|hold back|ignore (?:this|the) (?:trade|opportunity|short|long))\b",
    r"\b(?:nobody|no one) (?:will|would|could|can) (?:blame|fault|stop)\b|\bif i could\b|\bnot miss\b"
    r"|\bnothing i'd rather\b",
    r"\b(?:can't|cannot) \w+ [\w ]{0,30}\benough\b|\bnever (?:has|have|looked|better)\b|\bonly (?:a )?fools?\b",
    r"\bno (?:reason not|harm|shame|risk|better|doubt|question|brainer|excuse|time like|time to waste)\b",
    r"\bnothing (?:stops?|prevents?|wrong|better|bad|against|to lose|to fear|keeps?|forbids?)\b",
    r"\bnot (?:a bad|bad|wrong|unreasonable|a mistake|too late|the worst|only)\b|\bnever mind\b|\bwhy not\b"
    r"|\bmad not to\b"
    r"|\bfool not to\b|\bcrazy not to\b",
    r"\bnot [\w -]{1,40}would be (?:a |an )?(?:mistake|waste|shame|pity|error|wrong|foolish|silly)\b",
    r"\bnone of (?:that|this) (?:stops|matters)\b|\bdoesn't (?:matter|mean you (?:can't|shouldn't))\b",
)
"""Denials that say the contrary of what they seem to."""

_RULED: Final = (
    r"(?:rules?|gates?|shift|setup|reward|score|profile|strict|relaxed|engine|decision|passe[sd]|sweep|swept"
    r"|displacement|fresh"
    r"|confluence|structure|premium|discount|bullish|bearish|\d+(?:\.\d+)+|points?|facts?|mss|bias|gap|fvg|evidence|decision|R)"
)
DENIED: Final = re.compile(
    r"(?:(?:\b(?:not|never|no|cannot|nothing|neither|nor|none|without|avoid|instead of|rather than|refuse[sd]?"
    r"|rules? out|ruled out|forbids?|unable to|nobody|keeps? you from|stops? you from|prevents? you from"
    r"|far from|too early to"
    r"|refrain from|decline to|hardly)\b|n't\b)[^\n]{0,70}"
    r"|\bagainst (?:an? |any |the |going |taking )?"
    r"|\bbefore (?:(?:you|we|any|an?|the engine|anyone|it)\b ?(?:\w+ ){0,3})?)$",
    re.IGNORECASE,
)
"""A denial in front, within the same clause."""
DENIED_BEHIND: Final = re.compile(
    r"^[^,;:\n]{0,50}\b(?:(?:is|are|was|were|would be|be|isn't|aren't|wasn't|stays?) (?:not\b|against|forbidden"
    r"|ruled out|closed|denied|blocked|refused|advice|up to you|your (?:own )?(?:decision|choice)|no\b"
    r"|what the (?:rule|gate)\w* forbids?)|isn't\b|aren't\b|wasn't\b|won't\b|cannot|can't|has no\b|have no\b"
    r"|would (?:break|violate|ignore|contradict|go against|mean ignoring|override|run against|not\b)"
    r"|goes against|breaks|violates|contradicts)(?! nothing)"
    rf"|^[^;:\n]{{0,50}}\b(?:needs?|requires?|would need|would require|depends on|must)\b[^;\n]{{0,60}}\b{_RULED}\b",
    re.IGNORECASE,
)
"""A denial, or what it would need, behind: `Selling now would break rule 2.3`, `A short would need a shift`."""

SUGGESTED: Final = _words(
    r"\bwhy (?:not|wait|don't)\b", r"\b(?:shouldn't|couldn't|wouldn't|isn't|aren't|can't|won't|don't) (?:you|it"
    r"|we|i|this|that)\b",
    r"\b(?:what|how) about\b", r"\bhave you (?:considered"
    r"|thought)\b", r"\bwhat are you waiting\b", r"\bready to\b|\b(?:would it|does it|what) (?:hurt"
    r"|harm)\b", r"\bisn't \w+ing\b",
)  # fmt: skip
"""Questions that advise."""
AFFIRMED: Final = re.compile(
    r"^\W{0,4}(?:yes|yep|yeah|yup|sure|absolutely|of course|definitely|certainly|indeed|by all means|i would|i'd"
    r"|i think so|i do"
    r"|you should|you could|you can|you may|it is|it does|do|why not|ok|okay|go|totally|100 ?%|correct|right"
    r"|affirmative|please do"
    r"|very much)\b",
    re.IGNORECASE,
)
"""The beginning of a yes."""
ONLY_AFFIRMED: Final = re.compile(
    r"^\W{0,4}(?:(?:well|oh|honestly|personally),? )?(?:yes|yep|yeah|yup|sure|absolutely|of course|definitely"
    r"|certainly|indeed"
    r"|by all means|i would|i'd|i think so|i do|you should|you could|you can|you may|it is|do|do it|why not|ok"
    r"|okay|go|go ahead"
    r"|totally|affirmative|please do|very much so|for sure|, | |now|here|thing|i would|you should|too)+\W{0,4}$",
    re.IGNORECASE,
)
"""A yes and nothing else."""

ATTRIBUTED: Final = re.compile(
    r"\byou(?:'d| had|'ve| have)? (?:said|asked|ask|wrote|write|want|wanted|were asking|are asking|suggested"
    r"|mentioned|quoted"
    r"|propose[sd]?)\b|\byour (?:question|words|wish|message)\b|\bis what you (?:wrote|said|asked)\b",
    re.IGNORECASE,
)
"""The user's words, told of."""
TURNED_DOWN: Final = re.compile(
    r"\b(?:not|cannot|no|never|WAIT|NO_TRADE|fail(?:s|ed|ure)?|closed|nothing|against|refuse|unable)\b|n't\b",
    re.IGNORECASE,
)

_RECORDED: Final = (
    r"(?:setup|candidate|chart|decision|bias|model|direction|side|trace|engine|record|recorded|trend|draw"
    r"|liquidity|order flow|walk|rulebook"
    r"|votes?|the (?:recorded |offered )?(?:trade|position)|alignment|profile)"
)
TOLD_OF_RECORD: Final = re.compile(
    rf"\b{_RECORDED}\b[^\n]{{0,60}}(?:\b(?:is|was|were|be|been|a|an|recorded|found|favou?rs|offers?|offered"
    rf"|gives?|give a|shows?|as|model|would be|to the"
    rf"|for a|no longer|not|went|points|leans)|[:|-]|2022 model)\s(?:(?:valid|clean|clear|still|also"
    rf"|counter-trend|2022|model"
    rf"|bearish|bullish|recorded|possible|hypothetical) ){{0,3}}$",
    re.IGNORECASE,
)
"""What the record says, up to its direction."""
LABELLED: Final = re.compile(
    r"(?:(?<!my )\b(?:direction|side|bias|trend|setup|model|alignment|trade direction)\s?[:|=-]{1,2}\s?"
    r"|\bTRADE_NOW\W{1,4})"
    r"(?:(?:an?|the|2022|model|clean) ){0,3}$",
    re.IGNORECASE,
)
CHARTED: Final = re.compile(
    r"^(?: (?:setups?|models?))?(?: that)?(?: (?:from|at) \d[\d.,]*)?,? (?:(?:was|is|were|has been"
    r"|had been) (?:only |first |already |still |later )?"
    r"(?:confirmed|stopped|invalidated|closed|filled|offered|recorded|alive|found)\b|(?:confirmed|stopped out"
    r"|invalidated) (?:at|on|by)\b)"
    r"|^(?: @|:|,| with| from| at)? ?(?:entry|\d)[^\n]{0,40}\b(?:stop|SL)\b",
    re.IGNORECASE,
)
"""What a chart's tool found, behind its direction."""
METHOD: Final = re.compile(
    r"\b(?:OTE|FVG|2022|silver bullet|turtle soup|breaker|unicorn|model|setup|a|an|the|last|first|rejected"
    r"|recorded|two|three|four|\d)\s$",
    re.IGNORECASE,
)
ROW: Final = re.compile(r"^[^|\n]*(?:\|[^|\n]*){4,}$")
CELL_ENDS: Final = re.compile(r"\|\s*$")
CELL_BEGINS: Final = re.compile(r"^\s*\|")
"""A row of a table of at least four cells, in which a direction stands alone."""
JUDGED: Final = re.compile(
    r"\b(?:good|great|smart|right|best|nice|wise|fine|ok|okay|strong|worth|attractive|sensible|reasonable|my|i"
    r"|i'd|you|we|us|your"
    r"|justified|enough|so)\b",
    re.IGNORECASE,
)
"""Somebody's opinion: no record."""

CONDITION: Final = re.compile(
    rf"\b(?:if|once|until|unless|had|were|with|as soon as|when|only|after|provided|before)\b (?!you\b|i\b|we\b"
    rf"|courage\b|discretion\b)"
    rf"[^,;:\n]{{0,40}}\b{_RULED}\b",
    re.IGNORECASE,
)
"""A condition on a rule or a fact of the decision."""
HYPOTHETICAL: Final = re.compile(
    r"\b(?:would|could|might|were|had|is a|be a|need(?:s|ed)?|allows?|must|may only|can only|wait)\b", re.IGNORECASE
)
PAST_TRADE: Final = re.compile(r"\b(?:your|the) (?:\w+ )?trade\b[^\n]{0,30} (?:was|were) (?:an? )?$", re.IGNORECASE)
URGED: Final = re.compile(
    r"\b(?:now|here|anyway|right away|today|immediately|at market|regardless|bores?|annoys?|braver|wrong)\b",
    re.IGNORECASE,
)
"""What no description of a rulebook says."""
NO_CONDITION: Final = re.compile(
    r"\beven (?:if|though|when)\b|\b(?:if|when|once|since|because)\b[^,\n]{0,40}\bfail", re.IGNORECASE
)
"""A rule that fails, or that does not matter, allows nothing."""
PAST_HYPOTHETICAL: Final = re.compile(
    r"\b(?:would|could) (?:only )?have (?:been|become) (?:an? )?(?:\w+ )?$", re.IGNORECASE
)
NEEDED: Final = re.compile(r"^\s*(?:to|for an?|before an?|for|in order to)\b[^,\n]{0,30}$", re.IGNORECASE)
NEEDS: Final = re.compile(
    rf"^[^.;\n]{{0,60}}\b(?:needs?|must|requires?|has to|have to)\b[^.;\n]{{0,60}}\b{_RULED}\b", re.IGNORECASE
)
"""`To sell, the engine needs a fresh shift first`, before and behind the verb."""
DEFINED: Final = re.compile(
    r"\b(?:means?|meaning|is called|stands for|refers to|is defined|in ict(?:'s)?|ict calls|ict teaches"
    r"|is the name)\b",
    re.IGNORECASE,
)
"""Words explained, or the method's own."""
ADDRESSED: Final = re.compile(r"\b(?:you|your|i|i'd|we|let's|now|here|today|do|so|yes)\b", re.IGNORECASE)
