"""What follows from the shares, as cells: cash, payments, restatement; indicators beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.engine import attribution, settle
from app.engine.cell_beside import Beside
from app.engine.cell_division import Division, allocated
from app.engine.cell_inputs import REST, Terms
from app.engine.cell_receipts import Receipts
from app.engine.cells import Cell, Formula, Input, plus, total
from app.engine.pipeline import Evaluation
from app.engine.redoing import Redo, Rows
from app.engine.terms import Indicator
from app.money import allocate


@dataclass(frozen=True)
class Course:
    """A run with its slices as cells, and the inputs that it rests on."""

    evaluation: Evaluation
    slices: list[Redo]
    keys: list[str]
    terms: Terms
    receipts: Receipts
    beside: Beside


def cash(course: Course) -> Rows:
    """Who holds the cash: percents of what is attributed, each on its own."""
    scheme = course.evaluation.scheme
    if scheme.cash is None:
        return []
    rows: Rows = []
    held_by_year = attribution.cash(course.evaluation)
    for key, record in zip(course.keys, course.slices, strict=True):
        moves: dict[str, list[tuple[int, Cell]]] = {
            name: [(1, record.shares[name])] if name in record.shares else []
            for name in held_by_year[key]
        }
        for rule, by in zip(scheme.cash, course.terms.cash, strict=True):
            for party in scheme.parties if rule.of == "*" else (rule.of,):
                share = record.shares[party]
                part = _first(share.value, by)
                cells = allocated(share, by, {rule.to: part, REST: share.value - part})
                moved = cells[rule.to]
                rows += [(f"{key} 现金，{party}所得", cell) for cell in cells.values()]
                moves[party].append((-1, moved))
                moves[rule.to].append((1, moved))
        rows += [
            (f"{key} 现金", Cell(f"{name}持有", held, total(moves[name])))
            for name, held in held_by_year[key].items()
        ]
    return rows


def _first(value: int, by: Division) -> int:
    return allocate(value, [weight.value for weight in by.weights.values()])[0]


def netted(course: Course) -> Rows:
    """What is settled: share less collection, one-off payments in, and who pays whom."""
    if course.evaluation.facts.collected is None:
        return []
    rows: Rows = []
    found = settle.net(course.evaluation)
    paid = {(each.year, each.payer, each.payee): each.amount for each in settle.payments(found)}
    for year, parties in found.items():
        cells = {
            party: Cell(f"{party}净额", fen, total(_moves(course, year, party)))
            for party, fen in parties.items()
        }
        rows += [(f"{year} 轧差", cell) for cell in cells.values()]
        rows += [(f"{year} 轧差", cell) for cell in _payments(year, cells, paid)]
    return rows


def _moves(course: Course, year: int, party: str) -> list[tuple[int, Cell | Input]]:
    moves: list[tuple[int, Cell | Input]] = []
    for sheet, record in zip(course.evaluation.sheets, course.slices, strict=True):
        if sheet.slice.fiscal_year == year:
            moves.append((1, record.shares[party]))
    moves += [(-1, cell) for cell in course.receipts.collected.get(year, {}).get(party, ())]
    for item, cell in zip(
        course.evaluation.scheme.one_off or (), course.terms.one_off, strict=True
    ):
        if item.due.year == year:
            moves += [(-1, cell)] if item.payer == party else []
            moves += [(1, cell)] if item.payee == party else []
    return moves


def _payments(
    year: int, netted: Mapping[str, Cell], paid: Mapping[tuple[int, str, str], int]
) -> list[Cell]:
    """Payers fill receivers in turn: what the one still owes, or the other still wants."""
    cells: dict[tuple[str, str], Cell] = {}
    for payer in netted:
        for payee in netted:
            if payer != payee:
                spent = [(-1, cell) for (who, _), cell in cells.items() if who == payer]
                met = [(-1, cell) for (_, whom), cell in cells.items() if whom == payee]
                owes = ("MAX(0,-", netted[payer], ")", *_minus(spent))
                wants = ("MAX(0,", netted[payee], ")", *_minus(met))
                cells[payer, payee] = Cell(
                    f"{payer}上解，补助{payee}",
                    paid.get((year, payer, payee), 0),
                    ("MAX(0,MIN(", *owes, ",", *wants, "))"),
                )
    return list(cells.values())


def _minus(cells: Iterable[tuple[int, Cell]]) -> Formula:
    return tuple(part for _, cell in cells for part in ("-", cell))


def adjusted(course: Course) -> dict[str, dict[str, Cell]]:
    """Each settled key, and at last their sum: recomputed less settled, for every party."""
    parties, settled = course.evaluation.scheme.parties, course.beside.settled
    if not settled:
        return {}
    shares = dict(zip(course.keys, course.slices, strict=True))
    rows: dict[str, dict[str, Cell]] = {}
    for key, given in settled.items():
        again = shares[key].shares if key in shares else {}
        rows[f"re {key}"] = {party: _again(party, again, given) for party in parties}
    sums = {
        party: Cell(
            f"{party}追溯净额",
            sum(row[party].value for row in rows.values()),
            plus(row[party] for row in rows.values()),
        )
        for party in parties
    }
    return {**rows, "净额": sums}


def _again(party: str, again: Mapping[str, Cell], given: Mapping[str, Input]) -> Cell:
    moves: list[tuple[int, Cell | Input]] = [(1, again[party])] if party in again else []
    moves += [(-1, given[party])] if party in given else []
    value = sum(sign * cell.value for sign, cell in moves)
    return Cell(f"{party}：重算减已结算", value, total(moves))


def counted(course: Course) -> dict[tuple[str, int], dict[str, Cell]]:
    """Indicator and fiscal year to what counts for every party."""
    found = attribution.indicators(course.evaluation)
    return {
        (item.name, year): _counted(course, item, year, given, found[item.name][year])
        for item in course.evaluation.scheme.indicators or ()
        for year, given in course.beside.counted[item.name].items()
    }


def _counted(
    course: Course, item: Indicator, year: int, given: Input, parts: dict[str, int]
) -> dict[str, Cell]:
    """All of it for who is named outside its term, for each that counts it in full, else shared."""
    scale = 10**item.decimals
    outsider = attribution.outsider(course.evaluation, item, year)
    if outsider is None and item.weights is not None:
        by = course.beside.weights[item.name]
        shared = allocated(given, by, parts, scale=scale)
    else:
        full = item.double_count if outsider is None else (outsider,)
        shared = {party: Cell(party, given.value, (given,), scale=scale) for party in full}
    none = {party: Cell(party, 0, ("0",), scale=scale) for party in parts}
    return none | shared


def eligible(inputs: Beside, years_before: int | None) -> Cell | None:
    """1 when the pre-move years show what they must; None where nothing is asked of them."""
    years = inputs.pre_move
    if not years:
        return None
    last = max(years)
    asked: list[tuple[bool, Formula]] = []
    if inputs.last_year is not None:
        asked.append(_at_least([years[last]], 1, inputs.last_year))
    if inputs.average is not None and years_before is not None:
        before = [years[last - back] for back in range(years_before)]
        asked.append(_at_least(before, years_before, inputs.average))
    if not asked:
        return None
    formula = tuple(part for _, test in asked for part in ("*", *test))[1:]
    return Cell("符合准入条件（1 是，0 否）", int(all(met for met, _ in asked)), formula, scale=1)


def _at_least(years: list[Input], times: int, least: Input) -> tuple[bool, Formula]:
    """Whether the years add up to so many times an amount; exact, and inclusive."""
    met = sum(year.value for year in years) >= times * least.value
    return met, ("IF(", *plus(years), f">={times}*", least, ",1,0)")
