"""The machine that plays the seven types: what is done, by whom, and when."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar
from zlib import crc32

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.journeys.model.cases import Case, Said
from tests.journeys.model.payloads import COMPLETE_FORMS, FORMS, KINDS, REPORTED
from tests.journeys.model.table import ACTIONS_OF, ACTORS, EDITABLE, OPEN, realm_of
from tests.journeys.moves import WORDS, Moves
from tests.journeys.stage import Stage

VERSIONS = st.sampled_from(["seen", "seen", "seen", "stale", "future", "none"])
DAYS = (1, 1, 3, 8, 8, 16, 60, 150, 400, 731)
SHORT = (timedelta(minutes=10), timedelta(minutes=20), timedelta(hours=9))
CHOICES = st.integers(0, 2**16).map(lambda number: crc32(number.to_bytes(4, "big")))
"""Hypothesis likes small numbers; spread out, each turn is as likely as the next."""
OFFICES = st.integers(0, 2)
STAFF = [actor for actor in ACTORS if realm_of(actor) == "institution"]
OFFICIALS = [actor for actor in ACTORS if realm_of(actor) == "authority"]
POINTERS = (
    "/payload/form/health",
    "/payload/form/healthy",
    "/payload/form/work_history/0/from",
    "/payload/institution_id",
    "/payload/reason",
    "/payload/form",
)
SAID = st.builds(
    Said, st.sampled_from(["", "请核对"]), st.lists(st.sampled_from(POINTERS), max_size=2).map(tuple)
)
WEIGHTS = {
    "withdraw": 1,
    "terminate": 1,
    "discard": 1,
    "set_aside": 1,
    "decline": 1,
    "refuse": 1,
    "object": 1,
}
"""How likely an action is among those that are open; what goes on is likelier than what ends."""
GOES_ON = 4
FILERS = {"doctor": "doctor", "institution": "institution_handler", "authority": "authority_approver"}
STEP: dict[str, Callable[[Case], tuple[str, Case, str]]] = {
    "draft": lambda case: ("doctor", case, "submit"),
    "institution_returned": lambda case: ("doctor", case, "submit"),
    "correction_required": lambda case: (FILERS[case.filer], case, "submit"),
    "institution_review": lambda case: ("institution_handler", case, "endorse"),
    "authority_review": lambda case: ("authority_approver", case, "approve"),
    "accepted": lambda case: ("authority_approver", case, "approve"),
    "countersign": lambda case: ("authority_approver_too", case, "countersign"),
}
"""How a case goes on from a status if all is well."""
SETTINGS = (
    "direct_handling_countersigned",
    "direct_handling_countersigned",
    "change_ends_additional",
    "change_while_filed",
)


class Play(RuleBasedStateMachine):
    """Everything that a doctor, three institutions and their authorities can do with the seven types."""

    stage: ClassVar[Stage]
    taken: ClassVar[Counter[tuple[str, ...]]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.moves = Moves(self.stage, self.taken)
        self.model = self.moves.model
        self.places = self.moves.places
        self.changed = True

    @initialize(setting=st.sampled_from([0, 1, 1, 2, 2, 3, 4, 5]), choice=CHOICES)
    def begin(self, setting: int, choice: int) -> None:
        """Nobody yet, or registered, practising at a second place as well, in 备案, deregistered; or on the way."""
        self.changed = True
        if setting in (1, 2, 3, 4):
            self.moves.direct("registration", {"institution_id": self.places[choice % 3]})
        if setting in (2, 3):
            place = self.places[(choice + 1 + choice // 3 % 2) % 3]
            today = self.moves.troupe.today
            days = {"valid_from": today, "valid_to": today + timedelta(days=choice % 700 + 1)}
            period = {name: day.isoformat() for name, day in days.items()}
            self.moves.direct("multi_institution", {"institution_id": place, **period})
        if setting == 3:
            self.moves.direct("filing", {"reason_code": "02"})
        if setting == 4:
            self.moves.direct("deregistration", {"reason_code": "07"})
        if setting == 5 or choice % 4 == 0:
            self.apply("registration", choice, False)
        if choice % 8 == 0 and self._under_way():
            self.pass_on(-1, 2)
            self.moves.act("authority_handler", self.model.all[-1], "request_correction")

    # The doctor

    @rule(kind=st.sampled_from(KINDS), choice=CHOICES, kept=st.sampled_from([False, False, False, True]))
    def apply(self, kind: str, choice: int, kept: bool) -> None:
        """A draft, with its photo if it needs one, and submitted unless it is kept."""
        kind = self._kind(kind, choice)
        case = self.moves.create(kind, self.moves.draw(kind, "doctor", choice))
        if case is None:
            return
        if kind == "registration" and choice % 16:
            self.moves.add_photo(case)
        if not kept:
            self.moves.act("doctor", case, "submit")

    @precondition(lambda self: self.model.all)
    @rule(
        which=CHOICES,
        choice=CHOICES,
        actor=st.sampled_from(["doctor", "doctor", "institution_handler"]),
        version=VERSIONS,
    )
    def edit(self, which: int, choice: int, actor: str, version: str) -> None:
        editable = [case for case in self.model.all if case.status in EDITABLE]
        case = editable[which % len(editable)] if editable and which % 4 else self._case(which)
        payload = self.moves.draw(case.kind, case.filer, choice)
        if case.photo_id and choice % 8:
            payload["photo_id"] = case.photo_id
        self.moves.edit(actor, case, payload, version)

    @precondition(lambda self: self._came_back())
    @rule(which=CHOICES, form=st.sampled_from(COMPLETE_FORMS), words=st.sampled_from(["返聘", "随迁", ""]))
    def mend(self, which: int, form: str, words: str) -> None:
        """What was asked for is put right, or not, and goes back to whoever has to see it."""
        cases = self._came_back()
        self._mend(cases[which % len(cases)], form, words)

    def _mend(self, case: Case, form: str, words: str) -> None:
        payload = {**case.payload}
        if "form" in payload:
            payload["form"] = FORMS[form]
        elif words:
            payload["reason" if "reason" in payload else "remarks"] = words
        actor = FILERS[case.filer]
        self.moves.edit(actor, case, payload, "seen")
        self.moves.act(actor, case, "submit")
        if case.status == "institution_review" and len(words) > 1:
            self.moves.act("institution_administrator", case, "endorse")

    @precondition(lambda self: self.model.all)
    @rule(which=CHOICES)
    def delete(self, which: int) -> None:
        drafts = [case for case in self.model.all if case.status == "draft"]
        self.moves.delete(drafts[0] if drafts and which % 2 else self._case(which))

    # The table

    @precondition(lambda self: self.model.all)
    @rule(choice=CHOICES)
    def right_turn(self, choice: int) -> None:
        """Whatever somebody may do now."""
        self._turn(choice, self.model.all)

    @precondition(lambda self: self._under_way())
    @rule(choice=CHOICES)
    def go_on(self, choice: int) -> None:
        """Whatever somebody may do now to what is not decided yet."""
        self._turn(choice, self._under_way())

    @precondition(lambda self: self._under_way())
    @rule(which=CHOICES, steps=st.integers(1, 3))
    def pass_on(self, which: int, steps: int) -> None:
        """A case goes on by the ordinary way, for some steps or to its end."""
        cases = self._under_way()
        case = cases[which % len(cases)]
        for _ in range(steps):
            if case.status in STEP:
                self.moves.act(*STEP[case.status](case))

    def _turn(self, choice: int, cases: list[Case]) -> None:
        today = self.moves.troupe.today
        turns = [
            (actor, case, action)
            for case in cases
            for actor in ACTORS
            for action in self.model.actions(actor, case, today)
            for _ in range(WEIGHTS.get(action, GOES_ON))
        ]
        if turns:
            actor, case, action = turns[choice % len(turns)]
            self.moves.act(actor, case, action, said=WORDS._replace(places=tuple(case.changed)))

    @precondition(lambda self: self.model.all)
    @rule(
        which=CHOICES,
        actor=st.sampled_from(ACTORS),
        office=st.sampled_from([None, None, 0, 1, 2]),
        choice=CHOICES,
        version=VERSIONS,
        said=SAID,
    )
    def any_turn(
        self, which: int, actor: str, office: int | None, choice: int, version: str, said: Said
    ) -> None:
        actions = ACTIONS_OF[realm_of(actor)]
        place = "" if office is None else self.places[office]
        self.moves.act(actor, self._case(which), actions[choice % len(actions)], version, said, place)

    # What staff file

    @precondition(lambda self: self.model.world.register.registrations)
    @rule(
        kind=st.sampled_from([*REPORTED * 3, "change"]),
        actor=st.sampled_from(STAFF),
        office=st.sampled_from([None, None, None, 0, 1, 2]),
        choice=CHOICES,
    )
    def report(self, kind: str, actor: str, office: int | None, choice: int) -> None:
        held = self.model.world.register.held
        main = held.main if held is not None else None
        place = (main or self.places[0]) if office is None else self.places[office]
        payload = self.moves.draw(kind, "institution", choice)
        self.moves.report(actor, place, kind, payload, "已核实" if choice % 9 else "")

    @rule(
        kind=st.sampled_from(KINDS),
        actor=st.sampled_from([*OFFICIALS, *["authority_approver", "authority_approver_too"] * 4]),
        office=st.sampled_from([None, None, None, 0, 1, 2]),
        choice=CHOICES,
    )
    def handle_directly(self, kind: str, actor: str, office: int | None, choice: int) -> None:
        kind = self._kind(kind, choice)
        payload = self.moves.draw(kind, "authority", choice)
        held = self.model.world.register.held
        place = self.model.world.reviewer(kind, payload, held) if office is None else self.places[office]
        reason = "依职权" if choice % 9 else ""
        self.moves.handle_directly(actor, place or self.places[0], kind, payload, reason)

    # The world

    @rule(days=st.sampled_from([0, *DAYS]), choice=CHOICES)
    def advance(self, days: int, choice: int) -> None:
        self.stage.clock.advance(timedelta(days=days) if days else SHORT[choice % 3])
        self.changed = days > 0

    @rule()
    def deliver(self) -> None:
        """The worker comes, and the doctor asks for a licence."""
        self.moves.deliver()
        self.moves.claim_licence()

    @precondition(lambda self: self.moves.last)
    @rule(otherwise=st.booleans())
    def repeat(self, otherwise: bool) -> None:
        self.moves.repeat(otherwise=otherwise)

    @rule(choice=CHOICES)
    def close_or_open(self, choice: int) -> None:
        """The third institution closes, or opens again."""
        closed, place = self.model.world.closed, self.places[2]
        if choice % 2:
            self.moves.keep(place, closed=place not in closed)

    @rule(office=OFFICES, name=st.sampled_from(SETTINGS))
    def choose(self, office: int, name: str) -> None:
        """An authority makes a choice that is left to it, or takes it back."""
        self.moves.choose(self.moves.troupe.authority_of[self.places[office]], name)

    @invariant()
    def agrees(self) -> None:
        """The doctor, and somebody else in turn, see what the model says."""
        if self.changed:
            self.moves.looks.around(self.moves.touched)
        self.changed, self.moves.touched = True, None

    def teardown(self) -> None:
        self.moves.end()

    def _kind(self, kind: str, choice: int) -> str:
        """Mostly a type that can be begun now, otherwise the given one."""
        today, held = self.moves.troupe.today, self.model.world.register.held
        possible = [
            one for one in KINDS if self.model.can_begin(one, None if one == KINDS[0] else held, today)
        ]
        return possible[choice // 5 % len(possible)] if possible and choice % 5 else kind

    def _under_way(self) -> list[Case]:
        return [case for case in self.model.all if case.status in OPEN]

    def _case(self, which: int) -> Case:
        """Any case, those under way preferred."""
        under_way = self._under_way()
        cases = under_way if under_way and which % 4 else self.model.all
        return cases[which // 4 % len(cases)]

    def _came_back(self) -> list[Case]:
        back = ("correction_required", "institution_returned")
        return [case for case in self.model.all if case.status in back]
