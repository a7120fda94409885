"""A recorder that takes down the working of a slice as formulas.

It hears every operation of the engine and makes cells whose formulas lead back to the inputs. What
makes the shape of the working (parties, term, start, which slices are live) is fixed; where an
amount could change it (an extension while a cap has room, a term that counts from recovery), a
check cell says so.
"""

from dataclasses import dataclass

from app.engine import shape_checks
from app.engine.cell_division import allocated, common_denominator, pieces, rounded, tiered
from app.engine.cell_inputs import REST, Terms
from app.engine.cell_receipts import Receipts
from app.engine.cells import Cell, Formula, Input, Part, joined, plus, total
from app.engine.sheet import Sheet
from app.engine.terms import (
    Baseline,
    Cap,
    Clause,
    Deduction,
    Guarantee,
    Negative,
    Recovery,
    Reserve,
    Scheme,
    Scope,
    Source,
    Stocks,
    Weights,
)
from app.engine.trace import Working

Rows = list[tuple[str, Cell]]
"""Cells under the name of the clause they belong to."""


@dataclass
class Balances:
    """What goes on from slice to slice, as cells."""

    carried: Cell | Input | None
    pending: list[Cell | Input | None]
    left: list[Cell | Input]
    rooms: list[Cell | Input | None]
    annual: list[Cell | Input | None]
    fiscal_year: int | None = None


class Redo(Working):
    """Takes down one slice: the cells of its working, and each party's share."""

    def __init__(
        self, scheme: Scheme, facts_at: str, own: Terms, read: Receipts, balances: Balances
    ) -> None:
        """Begin a slice with what the slices before have left."""
        super().__init__(scheme, facts_at)
        self.own, self.read, self.balances = own, read, balances
        self.rows: Rows = []
        self.checks: Rows = []
        self.moved: dict[str, list[tuple[int, Cell]]] = {party: [] for party in scheme.parties}
        self.divided: dict[str, Cell] = {}
        self.shares: dict[str, Cell] = {}
        self.fresh = False
        self.carried_in: Cell | Input | None = None
        self.carried_out: Cell | None = None
        self.x: Cell
        self.base: Cell
        self.balance: Cell

    def _row(self, clause: str, title: str, value: int, formula: Formula, note: str = "") -> Cell:
        cell = Cell(title, value, formula, note)
        self.rows.append((clause, cell))
        return cell

    def _text(self) -> str:
        return self.lines[-1].text

    def _give(self, party: str, cell: Cell, sign: int = 1) -> None:
        self.moved[party].append((sign, cell))

    def _share(self, party: str) -> tuple[Formula, int]:
        moved = self.moved[party]
        return total(moved), sum(sign * cell.value for sign, cell in moved)

    def _base(self, sheet: Sheet) -> Cell:
        own = self.read.by_slice[sheet.slice.fiscal_year, sheet.slice.contract_year]
        return self._row("入库", "可分享收入", sheet.slice.base, plus(own), self._text())

    def add(self, sheet: Sheet, carried: int) -> None:
        """The base, what was carried into it, and what of it is carried on."""
        super().add(sheet, carried)
        self._open(sheet)
        self.x = self.base = self._base(sheet)
        before = self.carried_in = self.balances.carried
        if before is not None:
            value = self.x.value + before.value
            self.x = self._row("负数年度", "加上结转的负数", value, (self.x, "+", before))
        self.balances.carried = None
        if self.scheme.negative is Negative.CARRY or sheet.recovering:
            whole = self.x
            self.balances.carried = self._row(
                "负数年度", "结转以后年度", min(0, whole.value), ("MIN(0,", whole, ")")
            )
            self.carried_out = self.balances.carried
            self.x = self._row("负数年度", "本期余额", max(0, whole.value), ("MAX(0,", whole, ")"))

    def _open(self, sheet: Sheet) -> None:
        """A new fiscal year renews the annual rooms and lets 兑现 fall due."""
        self.fresh = sheet.slice.fiscal_year != self.balances.fiscal_year
        if self.fresh:
            self.balances.fiscal_year = sheet.slice.fiscal_year
            self.balances.annual = list(self.own.annual)
        if sheet.extended:
            self._check_extension(sheet, stands=True)

    def _check_extension(self, sheet: Sheet, *, stands: bool) -> None:
        year = sheet.slice.fiscal_year
        cell = shape_checks.extends(self.balances.rooms, year, stands=stands)
        self.checks.append(("延长", cell))

    def after(self, sheet: Sheet, party: str, at: str) -> None:
        """A slice that is not live: all of it to one party."""
        super().after(sheet, party, at)
        term, year = self.scheme.term, sheet.slice.contract_year
        self.base = self._base(sheet)
        note = self._text()
        self._give(party, self._row("期外归属", f"归{party}", self.base.value, (self.base,), note))
        if term is not None and term.years < year <= term.longest:
            self._check_extension(sheet, stands=False)

    def keep(self, baseline: Baseline, x: int, increment: int) -> None:
        """存量 and increment."""
        super().keep(baseline, x, increment)
        before, stock = self.x, plus(() if self.own.stock is None else (self.own.stock,))
        self.x = self._row("存量基数", "增量", increment, ("MAX(0,", before, "-", *stock, ")"))
        kept = x - increment
        title = f"存量归{baseline.owner}"
        self._give(
            baseline.owner,
            self._row("存量基数", title, kept, (before, "-", self.x), self._text()),
        )

    def stock(self, clause: Clause, party: str, collected: int | None, kept: int) -> None:
        """One territory's 存量."""
        super().stock(clause, party, collected, kept)
        stock = self.own.stocks.get(party)
        formula: Formula = ("0",) if stock is None else (stock,)
        if collected is not None:
            formula = ("MIN(", *formula, ",", *self._came_in(party), ")")
        cell = self._row("分地存量", f"{party}存量", kept, formula, self._text())
        self._give(party, cell)

    def _came_in(self, party: str) -> Formula:
        return plus(self.read.collected.get(self.balances.fiscal_year or 0, {}).get(party, ()))

    def pool(self, clause: Clause, amounts: list[int], x: int) -> None:
        """The increments of all territories."""
        super().pool(clause, amounts, x)
        kept = [(-1, cell) for moved in self.moved.values() for _, cell in moved]
        stocks = self.scheme.baseline
        if isinstance(stocks, Stocks) and stocks.pooled:
            formula: Formula = (self.x, *(p for _, cell in kept for p in ("-", cell)))
        else:
            came_in = [self._came_in(party) for party in self.moved]
            formula = (*joined(came_in, "+"), *(p for _, cell in kept for p in ("-", cell)))
        self.x = self._row("分地存量", "增量合计", x, formula, self._text())

    def deduct(self, item: Deduction, due: int, x: int, used: int) -> None:
        """兑现: what is due, what is taken, what is left."""
        super().deduct(item, due, x, used)
        place, clause = _place(self.scheme.deduct, item), f"兑现“{item.name}”"
        owed = self.balances.pending[place]
        if self.fresh:
            new = self.own.due[place].get(self.balances.fiscal_year or 0)
            kept = owed if item.carry else None
            owed = self._row(clause, "应扣", due, plus(c for c in (kept, new) if c is not None))
        if owed is None:
            return
        taken = self._taken(clause, item.to, owed, used)
        self.balances.pending[place] = self._row(clause, "未扣完", due - used, (owed, "-", taken))

    def recover(self, item: Recovery, due: int, x: int, used: int) -> None:
        """投入 recovered."""
        super().recover(item, due, x, used)
        place, clause = _place(self.scheme.recover, item), f"投入优先覆盖，{item.party}"
        left = self.balances.left[place]
        taken = self._taken(clause, item.party, left, used)
        self.balances.left[place] = self._row(clause, "未收回", due - used, (left, "-", taken))

    def _taken(self, clause: str, party: str, due: Cell | Input, used: int) -> Cell:
        formula = ("MIN(", due, ",MAX(0,", self.x, "))")
        taken = self._row(clause, f"归{party}", used, formula, self._text())
        self._give(party, taken)
        self._rest(clause, taken)
        return taken

    def _rest(self, clause: str, taken: Cell) -> None:
        value = self.x.value - taken.value
        self.x = self._row(clause, "余额", value, (self.x, "-", taken))

    def reserve(self, item: Reserve, live: bool, x: int, part: int) -> None:
        """A percent to the fund."""
        super().reserve(item, live, x, part)
        if live:
            by = self.own.reserves[_place(self.scheme.reserve, item)]
            cells = allocated(self.x, by, {item.to: part, REST: x - part}, self._text())
            self.rows.append(("滚动发展", cells[item.to]))
            self.rows.append(("滚动发展", cells[REST]))
            self._give(item.to, cells[item.to])
            self.x = cells[REST]

    def divide(self, clause: Clause, weights: Weights, x: int, parts: dict[str, int]) -> None:
        """The ladder step in force."""
        super().divide(clause, weights, x, parts)
        step = next(n for n, each in enumerate(self.scheme.ladder) if each.weights is weights)
        self._divided("分享比例", allocated(self.x, self.own.steps[step], parts, self._text()))

    def _divided(self, clause: str, cells: dict[str, Cell]) -> None:
        self.divided = cells
        for party, cell in cells.items():
            self.rows.append((clause, cell))
            self._give(party, cell)

    def tiers(
        self, clause: Clause, x: int, exact: dict[str, tuple[int, int]], parts: dict[str, int]
    ) -> None:
        """The amount in each tier, and one rounding for all of them."""
        super().tiers(clause, x, exact, parts)
        inside = pieces(self.x, self.own.uptos)
        self.rows += [("分档比例", piece) for piece in inside]
        common = common_denominator([tier.whole for tier in self.own.tiers])
        self.rows.append(("分档比例", common))
        shares = [
            tiered(party, inside, self.own.tiers, common)
            for party in self.scheme.parties
            if any(party in tier.weights for tier in self.own.tiers)
        ]
        self._divided("分档比例", rounded(self.x, shares, parts, self._text()))

    def top_up(
        self, item: Guarantee, room: int | None, share: int, limit: int | None, paid: int | None
    ) -> None:
        """A floor: what is missing, as far as cap and payer allow."""
        super().top_up(item, room, share, limit, paid)
        if paid is None:
            return
        clause, floor = f"保底，{item.party}", self.own.floors[_place(self.scheme.guarantee, item)]
        before, value = self._share(item.party)
        place = _limiting_cap(self.scheme, item.party)
        target: Formula = (floor,)
        if place is not None:
            target = ("MIN(", floor, ",", *self._room(place), ")")
        goal = floor.value if room is None else min(floor.value, room)
        gap = self._row(
            clause, "不足", max(0, goal - value), ("MAX(0,", *target, "-(", *before, "))")
        )
        formula: Formula = (gap,)
        if item.source is Source.SHARE:
            payer, _ = self._share(item.payer)
            formula = ("MIN(", gap, ",MAX(0,", *payer, "))")
        moved = self._row(clause, f"{item.payer}补给{item.party}", paid, formula, self._text())
        self._give(item.party, moved)
        self._give(item.payer, moved, -1)

    def _room(self, place: int) -> Formula:
        """What a cap still admits."""
        rooms = [self.balances.rooms[place], self.balances.annual[place]]
        present = [room for room in rooms if room is not None]
        return ("MIN(", *joined([(room,) for room in present], ","), ")")

    def overflow(self, item: Cap, counted: int, room: int, over: int) -> None:
        """A cap: what is over its room goes on, the rest counts to it."""
        super().overflow(item, counted, room, over)
        place, clause = _place(self.scheme.cap, item), f"封顶，{item.party}"
        formula: Formula = ("0",)
        if item.scope is Scope.TOTAL:
            formula, _ = self._share(item.party)
        elif item.party in self.divided:
            formula = (self.divided[item.party],)
        counts = self._row(clause, "计入封顶", counted, formula)
        limit = self._row(clause, "封顶余额（之前）", room, self._room(place))
        excess = ("MAX(0,", counts, "-", limit, ")")
        extra = self._row(clause, f"超出部分归{item.overflow}", over, excess, self._text())
        self._give(item.party, extra, -1)
        self._give(item.overflow, extra)
        for name, rooms in (("累计", self.balances.rooms), ("当年", self.balances.annual)):
            old = rooms[place]
            if old is not None:
                rooms[place] = self._row(
                    clause,
                    f"{name}封顶余额",
                    old.value - counted + over,
                    (old, "-", counts, "+", extra),
                )

    def close(self, sheet: Sheet) -> None:
        """Every party's share, and that nothing is lost."""
        for party, fen in sheet.shares.items():
            formula, _ = self._share(party)
            self.shares[party] = self._row("本期所得", party, fen, formula)
        self.balance = self._balance()
        if sheet.recovering or (self.scheme.recover and self._completes(sheet)):
            self._check_recovery(sheet)

    def _balance(self) -> Cell:
        """What came in, with what was carried, less what everybody has: nothing is lost."""
        given: list[tuple[int, Cell | Input]] = [(1, self.base)]
        given += [(-1, share) for share in self.shares.values()]
        carried = ((1, self.carried_in), (-1, self.carried_out))
        given += [(sign, cell) for sign, cell in carried if cell is not None]
        value = sum(sign * cell.value for sign, cell in given)
        return self._row("本期所得", "核对：收入、结转与各方合计之差", value, total(given))

    def _completes(self, sheet: Sheet) -> bool:
        year = sheet.slice.contract_year
        return self.scheme.calendar.trigger.value == "recovered" and year == 1

    def _check_recovery(self, sheet: Sheet) -> None:
        """Year 1 is the year in which the last balance reaches nil."""
        titles = {f"投入优先覆盖，{item.party}" for item in self.scheme.recover}
        left = [cell for clause, cell in self.rows if clause in titles and cell.title == "未收回"]
        year = sheet.slice.fiscal_year
        self.checks.append(("起算", shape_checks.recovers(left, year, waiting=sheet.recovering)))

    def admit(self, eligible: Cell, shares: dict[str, int], outsider: str) -> None:
        """Every party's share when the scheme may not apply: then all goes to one."""
        for party, fen in shares.items():
            whole: Part = self.base if party == outsider else "0"
            formula = ("IF(", eligible, ">0,", self.shares[party], ",", whole, ")")
            self.shares[party] = self._row("准入条件", f"{party}所得", fen, formula)


def _place(items: tuple[object, ...], item: object) -> int:
    return next(place for place, each in enumerate(items) if each is item)


def _limiting_cap(scheme: Scheme, party: str) -> int | None:
    """The cap that limits a party's floor, as the engine chooses it."""
    return next(
        (
            place
            for place, item in enumerate(scheme.cap)
            if item.party == party and item.scope is Scope.TOTAL
        ),
        None,
    )
