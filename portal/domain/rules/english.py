"""The English word lists of the rules."""

from portal.domain.rules.phrases import Language, Phrase, compile_pattern, index_of
from portal.domain.rules.word_sets import word_set

_NOT = word_set("no not never without isn't aren't wasn't weren't don't doesn't didn't haven't hasn't cannot")
_PAST = word_set("was were been had got")
_HEDGE = _NOT | word_set("until till once when whether if soon rather investigating checking identifying")
_PARTS = "morning|afternoon|evening|night"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_PLACES = (
    "us|american|americas|european|europe|eu|uk|british|emea|apac|asian|asia|indian|australian|german|japanese|"
    "eastern|western"
)
_UNITS = "minute|minutes|mins|min|hour|hours|hrs|day|days"
_SPAN = "the? next|about|approximately|around|roughly|another|under? #|a|an|one|two|three|four|several? few|couple? of?"
_MENDED = "fixed|resolved|solved|restored|repaired|mitigated|recovered|operational|available|complete|completed"
_FIX = "fix|patch|hotfix|workaround|mitigation|solution|rollback"

_PART_OF_DAY = (
    Phrase("P1", f"this {_PARTS}", day=0),
    Phrase("P1", "earlier|later today", day=0),
    Phrase("P1", "today|tonight", day=0),
    Phrase("P1", "tomorrow", day=1),
    Phrase("P1", "yesterday", day=-1),
    Phrase("P1", f"tomorrow {_PARTS}", day=1),
    Phrase("P1", f"yesterday {_PARTS}", day=-1),
    Phrase("P1", "the day after tomorrow", day=2),
    Phrase("P1", "the day before yesterday", day=-2),
    Phrase("P1", "today's|yesterday's|tomorrow's|tonight's"),
    Phrase("P1", "last night"),
    Phrase("P1", f"in the early|late? {_PARTS}"),
    Phrase("P1", f"{_DAYS} {_PARTS}"),
    Phrase("P1", f"every {_PARTS}"),
    Phrase("P1", f"early|late|mid {_PARTS}"),
    Phrase("P1", f"{_PARTS} hours"),
    Phrase("P1", "good morning|afternoon|evening", suggestion="Hello"),
    Phrase("P1", "overnight|midday|daytime"),
    Phrase("P1", "end|close of the? business|working? day"),
    Phrase("P1", "end|close of business"),
    Phrase("P1", "eod|cob"),
    Phrase("P1", "in|within a|the next? few minutes", minutes=15),
    Phrase("P1", "in|within a|the next? few|couple of? hours", minutes=180),
    Phrase("P1", "in|within a|the next? few|couple of? days"),
)
_POINT_OF_VIEW = (
    Phrase("P4", f"{_PLACES} {_PARTS}|mornings|afternoons|evenings|nights|daytime"),
    Phrase("P4", f"{_PLACES}|our|normal|regular business|working|office|peak hours"),
    Phrase("P4", f"east|west coast {_PARTS}|mornings|afternoons|evenings|hours|time"),
    Phrase("P4", "business|office hours"),
    Phrase("P4", "this|last|next|early|late|mid spring|summer|autumn|fall|winter"),
    Phrase("P4", "in|over|during the summer|autumn|winter|spring"),
    Phrase("P4", "christmas|thanksgiving|xmas|diwali|ramadan|hanukkah|halloween"),
    Phrase("P4", "new year's|years? eve|day"),
    Phrase("P4", "lunar|chinese new year"),
    Phrase("P4", "easter weekend|sunday|monday|holiday|holidays|break"),
    Phrase("P4", "at|over|before|after|during|around easter"),
    Phrase("P4", "black friday"),
    Phrase("P4", "cyber monday"),
    Phrase("P4", "bank|public|national|federal holiday|holidays"),
    Phrase("P4", "the|over holiday|holidays season|period|weekend?"),
    Phrase("P4", "independence|labor|labour|memorial|boxing|veterans|valentine's day"),
    Phrase("P4", "overseas|abroad"),
)
_EARLY_CAUSE = (
    Phrase("P6", "caused|triggered by", unless=_HEDGE),
    Phrase("P6", "due|owing to", unless=_HEDGE),
    Phrase("P6", "because of", unless=_HEDGE),
    Phrase("P6", "due|owing|caused to|by this|these|that", harmless=True),
    Phrase("P6", "caused by the incident|issue|problem", harmless=True),
    Phrase("P6", "the|a|root cause is|was|has|lies", unless=_HEDGE),
    Phrase(
        "P6",
        "identified|found|located|determined|isolated|pinpointed the|a root|underlying? cause|source|culprit",
        unless=_HEDGE,
    ),
    Phrase(
        "P6",
        f"implemented|implementing|deployed|deploying|applied|applying|rolled|rolling|pushed out? a|the {_FIX}",
        unless=_HEDGE,
    ),
    Phrase("P6", f"working on|towards|toward a|the {_FIX}", unless=_HEDGE),
    Phrase("P6", f"a|the {_FIX} is|was|has|have|will", unless=_HEDGE),
    Phrase("P6", "rolled|rolling|reverted|reverting back", unless=_HEDGE),
    Phrase("P6", "reverted|reverting", unless=_HEDGE),
    Phrase("P6", "has|have been|now mitigated|fixed|resolved", unless=_HEDGE),
)
_PROMISED_FIX = (
    Phrase("P8", "eta", unless=_HEDGE),
    Phrase("P8", "estimated time of|to|for arrival|resolution|recovery|repair|fix|completion|restoration", unless=_NOT),
    Phrase("P8", f"{_MENDED} again? in|within {_SPAN} {_UNITS}", unless=_PAST | _NOT),
    Phrase("P8", f"back up|online|again|normal in|within {_SPAN} {_UNITS}", unless=_PAST | _NOT),
    Phrase("P8", f"{_MENDED} again? by #|noon|midnight|tomorrow|tonight|end|{_DAYS}", unless=_PAST | _NOT),
    Phrase("P8", f"back up|online|again|normal by #|noon|midnight|tomorrow|tonight|end|{_DAYS}", unless=_PAST | _NOT),
    Phrase(
        "P8",
        f"fix|resolve|restore|repair|solve it|this|that|the|them? *? *? in|within {_SPAN} {_UNITS}",
        unless=_PAST | _NOT,
    ),
    Phrase("P8", "fix|resolution|recovery|repair|restoration is? expected|planned|due in|within|by|at"),
    Phrase(
        "P8",
        f"expect|anticipate|promise|guarantee a|the|full? {_FIX}|resolution|recovery|restoration in|within|by|at",
        unless=_NOT,
    ),
)
_SPECULATION = (
    Phrase("P11", "probably|presumably|supposedly|apparently|possibly", suggestion=""),
    Phrase("P11", "perhaps|maybe"),
    Phrase("P11", "we|i think|believe|suspect|assume|guess|reckon that?"),
    Phrase("P11", "likely caused|due|related|because|triggered|stems|stemming"),
    Phrase("P11", "likely a|the result|consequence|cause"),
    Phrase("P11", "may|might|could be caused|due|related|triggered"),
    Phrase("P11", "may|might|could have been caused|due|related|triggered"),
    Phrase("P11", "appears|appear|seems|seem|appeared|seemed to be|have caused|due|related|triggered|been"),
    Phrase("P11", "looks like|as"),
    Phrase("P11", "our best|current guess|suspicion|theory|hypothesis"),
)
_BLAME = (
    Phrase("P12", "human|operator|user|manual error|errors|mistake|mistakes"),
    Phrase("P12", "mistakenly|carelessly|negligently|stupidly", suggestion=""),
    Phrase("P12", "by mistake", suggestion=""),
    Phrase("P12", "fat finger|fingered|fingering"),
    Phrase("P12", "forgot|neglected to"),
    Phrase("P12", "negligence|incompetence|incompetent|careless|carelessness"),
    Phrase("P12", "screwed|messed up"),
    Phrase("P12", "is|are|was|were|who to blame"),
    Phrase("P12", "at fault"),
    Phrase("P12", "the|entirely? fault of"),
)
_ROTE = (
    Phrase("P13", "any inconvenience|inconveniences", suggestion="the trouble"),
    Phrase("P13", "only|just a|an very? small|few|handful|fraction|tiny|limited|minor|brief|slight"),
    Phrase("P13", "small|brief|minor|tiny|slight|little|short|quick blip|glitch|hiccup|inconvenience"),
    Phrase("P13", "blip|blips|glitch|glitches|hiccup|hiccups"),
    Phrase("P13", "take|takes|took this|these|such|your|the|all *? *? very|extremely? seriously"),
    Phrase("P13", "valued customers|customer|users|clients|partners", suggestion="customers"),
    Phrase("P13", "rest assured", suggestion=""),
    Phrase("P13", "bear with us", suggestion=""),
    Phrase("P13", "abundance of caution"),
)
_ELSEWHERE = _NOT | word_set("if upstream provider provider's party vendor vendor's isp cable internet")
_OUTAGE = (
    Phrase("P14", "outage", suggestion="problem", unless=_ELSEWHERE),
    Phrase("P14", "outages", suggestion="problems", unless=_ELSEWHERE),
)

_OVER = "resolved|fixed|solved"
_SURELY = "now|fully|completely|finally|successfully|all|also|permanently|already"
_DONE = (
    Phrase("P19", f"is|are|was|were|been|got|it's|that's|everything's {_SURELY}? {_SURELY}? {_OVER}"),
    Phrase("P19", f"have|has|we've|we {_SURELY}? {_SURELY}? {_OVER}"),
    Phrase("P19", f"is|are|it's|everything's {_SURELY}? {_SURELY}? back to normal"),
    Phrase("P19", f"all systems|services are? {_SURELY}? operational"),
)
_LEVELS = {
    "up": (
        f"is|are {_SURELY}|again? {_SURELY}|again? operational|healthy|available",
        f"is|are {_SURELY}|again? {_SURELY}|again? back to normal",
        f"is|are {_SURELY}|again? {_SURELY}|again? back? online|up",
        f"is|are {_SURELY}|again? working|operating|functioning normally|again|correctly|as",
    ),
    "slow": ("is|are|remains|remain still|now|currently? degraded|slow",),
    "down": ("is|are|remains|remain still|now|currently|completely? down|unavailable|offline|unreachable",),
}

_GENERIC = word_set("""
a about above across actively actual additional address advise affected again all along already also although
always am an and another any anything apologies apologise apologize apology appear appears appreciate are aren't as
asap ask at available aware back be because been before began begin beginning being below best better between both
but by can cannot cause caused causes causing close closely complete completed completely concern concerns
confident confirm confirmed contact continue continued continues continuing could currently deploy deployed
deploying details determine determined did discovered do does doesn't don't done due during each earlier early
effort efforts email engineer engineering engineers ensure ensuring error errors every everything expect expected
experience experienced experiencing fast few find fix fixed fixes fixing follow following for found from full fully
further get give given going had hard has have having help here hope how however i i'm identified identify
identifying if immediately impact impacted impacting implement implemented implementing improve in incident
incidents inconvenience info inform information interruption into investigate investigated investigates
investigating investigation is isn't issue issues it it'll it's its just keep keeping kind know known last later
latest learn learned like look looking made make making many matter may meantime might minute minutes mitigate
mitigated mitigating mitigation moment monitor monitored monitoring more most need new next no normal not note
notice now observe observed observing occurred of on once one only or other our out over page patience plan please
possible post posted posting prevent previous problem problems progress provide provided providing question
questions quickly reach ready receive received recent recently recover recovered recovering recovery regarding
regards related remain report reported reports resolution resolve resolved resolves resolving restore restored
result results return returned review rollback root same saw see seeing seen send seriously shall share shared
shortly should situation so solution solve solved some soon sorry source stable stand started starting state status
still such support sure take taken takes taking team teams than thank thanks that that's the their them then there
there's these they thing this those time to today together top towards trouble try trying under understand
understanding until up update updated updates updating us verified verify verifying very via was watch watching we
we'll we're we've well were what when where which while who will with within without work worked working works
would yet you you'll your
""")

ENGLISH = Language(
    index=index_of(
        _PART_OF_DAY + _POINT_OF_VIEW + _EARLY_CAUSE + _PROMISED_FIX + _SPECULATION + _BLAME + _ROTE + _OUTAGE
    ),
    generic=_GENERIC,
    done_claims=index_of(_DONE),
    level_claims={level: tuple(compile_pattern(row) for row in rows) for level, rows in _LEVELS.items()},
    guards=_NOT
    | word_set(
        "until till once when whenever whether if unless before soon should will would could may might can expect "
        "expecting hope believe confirm confirming confirmation verification verify verifying ensure ensuring sure "
        "validate validating neither nor partially partly mostly almost nearly can't couldn't won't previously"
    ),
    near_guards=frozenset({"after", "to"}),
    limits=word_set("some most many several one part parts partially mostly in"),
    names_that_are_words=word_set(
        "april art august bill chase dawn drew faith frank grace grant harmony hope hunter iris ivy jack jade jasmine "
        "joy june mark max may miles nick olive pat paris pearl penny pierce ray rich rob rose ruby sky skip sterling "
        "sue summer terry trace troy victor wade ward will winter"
    ),
    nothing_new=index_of(
        tuple(
            Phrase("P18", row)
            for row in (
                "nothing has? changed|new",
                "no|without change|changes|news",
                "no|without new|further|significant information|updates|update|developments",
                "situation|status|impact is|remains unchanged",
                "has|have not changed",
            )
        )
    ),
)
LANGUAGES = {"en": ENGLISH}
