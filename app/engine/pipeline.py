"""The run: every slice through the stages, in canonical order.

`evaluate(scheme, facts)` is a pure function and the only way money is shared: bench, settlements,
documents and the command `split` all call it. The result keeps the sheets, the balances that go on,
and the working. Source: scheme v1, A6, A7, B7, B14, B18.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.engine.contract_years import Clock, clock_of, missing_events, slices_of, year_keys
from app.engine.eligibility import is_eligible
from app.engine.facts import Facts
from app.engine.recovery import clock_from_recovery
from app.engine.sheet import Memory, Outside, Recorder, Sheet
from app.engine.stages import (
    cap,
    carry_negative,
    deduct,
    divide,
    end,
    give_away,
    guarantee,
    in_term,
    keep_baseline,
    recover,
    reserve,
)
from app.engine.terms import Scheme, Trigger
from app.engine.trace import Working

Stage = Callable[[Scheme, Sheet, Memory], None]
Keep = Callable[[Scheme, str], Recorder]

STAGES: tuple[Stage, ...] = (
    in_term,
    carry_negative,
    keep_baseline,
    deduct,
    recover,
    reserve,
    divide,
    guarantee,
    cap,
)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a run found: one sheet per slice, the balances after it, and what it was run on."""

    scheme: Scheme
    facts: Facts
    clock: Clock
    sheets: tuple[Sheet, ...]
    memory: Memory
    eligible: bool

    @property
    def years(self) -> dict[str, dict[str, int]]:
        """Year key to party to fen: the shares, all parties in their order."""
        keys = year_keys([sheet.slice for sheet in self.sheets])
        return {key: sheet.shares for key, sheet in zip(keys, self.sheets, strict=True)}

    @property
    def recovering(self) -> bool:
        """Whether the term counts from the recovery of the input."""
        return self.scheme.calendar.trigger is Trigger.RECOVERED

    @property
    def waiting(self) -> bool:
        """Whether the event that starts the term is still missing."""
        return bool(missing_events(self.scheme.calendar, self.facts))

    @property
    def opening_rooms(self) -> list[int]:
        """The cumulative rooms of the caps before the first slice."""
        rooms = Memory.opening(self.scheme, self.facts.opening).rooms
        return [room for room in rooms if room is not None]

    @property
    def as_of(self) -> int:
        """The fiscal year after the last slice: where the next version would start."""
        if self.sheets:
            return self.sheets[-1].slice.fiscal_year + 1
        return self.facts.opening.as_of if self.facts.opening else 0


def evaluate(scheme: Scheme, facts: Facts, keep: Keep = Working) -> Evaluation:
    """Every slice's shares in fen, what is carried on, and (with `Working`) the steps.

    `keep` makes the recorder of a slice; `trace.leave_out` leaves the working out. Scheme and facts
    must have been read together (`cases.read_case`); nothing is validated again here.
    """
    clock = resolved_clock(scheme, facts)
    eligible = is_eligible(scheme, facts)
    memory = Memory.opening(scheme, facts.opening)
    sheets = []
    for each in slices_of(facts.entries, clock):
        sheet = Sheet(
            each,
            dict.fromkeys(scheme.parties, 0),
            keep(scheme, facts.at),
            facts.collected.get(each.fiscal_year) if facts.collected else None,
        )
        if not eligible:
            give_away(scheme, sheet, Outside.INELIGIBLE)
        elif not clock.started:
            give_away(scheme, sheet, Outside.WAITING)
        for stage in STAGES:
            if sheet.outside is not None:
                break
            stage(scheme, sheet, memory)
        sheets.append(sheet)
    evaluation = Evaluation(scheme, facts, clock, tuple(sheets), memory, eligible)
    _end_with_the_year(evaluation)
    return evaluation


def resolved_clock(scheme: Scheme, facts: Facts) -> Clock:
    """The clock of a run, its trigger resolved by the facts."""
    if scheme.calendar.trigger is Trigger.RECOVERED:
        return clock_from_recovery(scheme, facts)
    return clock_of(scheme.calendar, facts)


def _end_with_the_year(evaluation: Evaluation) -> None:
    """When the term ends with the last slice's year, balances lapse as after the end."""
    term, memory, sheets = evaluation.scheme.term, evaluation.memory, evaluation.sheets
    if term is None or not sheets or not evaluation.clock.started or not evaluation.eligible:
        return
    last = term.longest if memory.has_room() else term.years
    if evaluation.clock.within(evaluation.as_of)[0] > last:
        end(evaluation.scheme, sheets[-1], memory)
