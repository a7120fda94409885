"""The terms of a scheme as small functions over a sheet, in their canonical order.

Each stage moves money from what is still undivided to the parties' shares, or between shares, and
tells the recorder how. A term the scheme lacks changes nothing. Source: scheme v1, A5 and A6, with
B2, B6 and B7.
"""

from app.engine.sheet import Memory, Outside, Sheet
from app.engine.terms import Baseline, Negative, Scheme, Scope, Source, Stocks, Trigger
from app.engine.tiers import exact_shares
from app.money import allocate


def in_term(scheme: Scheme, sheet: Sheet, memory: Memory) -> None:
    """Decide whether the slice is live; if not, all of it goes to the party named."""
    year = sheet.slice.contract_year
    sheet.recovering = year < 1 and scheme.calendar.trigger is Trigger.RECOVERED
    term = scheme.term
    if term is None:
        live = year >= 1 or sheet.recovering
    else:
        room = year > term.years and term.extra_years > 0 and memory.has_room()
        live = sheet.recovering or 1 <= year <= (term.longest if room else term.years)
        sheet.extended = live and year > term.years
    if live:
        memory.open_fiscal_year(scheme, sheet.slice.fiscal_year)
    elif year >= 1:
        end(scheme, sheet, memory)
        give_away(scheme, sheet, Outside.AFTER)
    else:
        give_away(scheme, sheet, Outside.BEFORE)


def give_away(scheme: Scheme, sheet: Sheet, why: Outside) -> None:
    """Close a slice that is not live: the whole of it, negative or not, to the party named.

    ValueError when nobody is; a scheme read together with its facts always names one.
    """
    early = why in (Outside.BEFORE, Outside.WAITING)
    after = scheme.term.after if scheme.term else None
    party = scheme.before_start if early else after
    if party is None:
        raise ValueError(f"{why.label}，没有写明收入归谁")
    key = "calendar/before" if early and scheme.calendar.before else "term/after"
    sheet.shares[party] += sheet.slice.base
    sheet.outside = why
    sheet.record.after(sheet, party, f"{scheme.at}/{key}")


def end(scheme: Scheme, sheet: Sheet, memory: Memory) -> None:
    """After the end of the term, balances lapse once."""
    if not memory.ended and memory.lapse(scheme) > 0:
        sheet.record.warn("lapsed", "分享期已满，未收回的投入、未扣完的兑现和结转的负数不再计算")


def carry_negative(scheme: Scheme, sheet: Sheet, memory: Memory) -> None:
    """Add what was carried; a negative amount is carried on, or flows on to be shared."""
    carried = sheet.carried_in = memory.carried
    x = sheet.slice.base + carried
    memory.carried = 0
    sheet.record.add(sheet, carried)
    if x < 0:
        carries = scheme.negative is Negative.CARRY or sheet.recovering
        sheet.record.negative(sheet, x, carries)
        if carries:
            memory.carried = sheet.carried_out = x
            x = 0
    sheet.undivided = x


def keep_baseline(scheme: Scheme, sheet: Sheet, _memory: Memory) -> None:
    """Leave 存量 with its owner, or each territory's with that territory."""
    baseline = scheme.baseline
    if isinstance(baseline, Baseline):
        x = sheet.undivided
        increment = max(0, x - baseline.amount)
        sheet.kept = x - increment
        sheet.shares[baseline.owner] += sheet.kept
        sheet.undivided = increment
        sheet.record.keep(baseline, x, increment)
        if x < 0:
            sheet.record.warn(
                "owner_bears_negative",
                f"{sheet.slice.fiscal_year} 年度为负，全部由存量归属方“{baseline.owner}”承担",
            )
    elif isinstance(baseline, Stocks):
        _keep_stocks(baseline, sheet)


def _keep_stocks(baseline: Stocks, sheet: Sheet) -> None:
    """分地存量: pooled, every stock is kept in full; per territory, at most what came in.

    A negative that an earlier version carried (B18) goes into the increment either way.
    """
    collected = sheet.collected or {}
    stocks = dict(baseline.amounts)
    carried = [sheet.carried_in] if sheet.carried_in else []
    rest = [sheet.undivided] if baseline.pooled else carried
    for party in sheet.shares:
        stock, came_in = stocks.get(party, 0), collected.get(party, 0)
        kept = stock if baseline.pooled else min(stock, came_in)
        rest.append(-kept if baseline.pooled else came_in - kept)
        sheet.shares[party] += kept
        sheet.kept += kept
        own = None if baseline.pooled else came_in
        sheet.record.stock(baseline.clause, party, own, kept)
    sheet.undivided = sum(rest)
    sheet.record.pool(baseline.clause, rest, sheet.undivided)


def deduct(scheme: Scheme, sheet: Sheet, memory: Memory) -> None:
    """Pass 兑现 through to who pays them, as far as the money goes."""
    for place, item in enumerate(scheme.deduct):
        due, x = memory.pending[place], sheet.undivided
        used = min(due, max(x, 0))
        memory.pending[place] = due - used
        sheet.shares[item.to] += used
        sheet.undivided -= used
        sheet.due.append(due)
        sheet.deducted.append(used)
        sheet.unabsorbed.append(due - used)
        sheet.record.deduct(item, due, x, used)


def recover(scheme: Scheme, sheet: Sheet, memory: Memory) -> None:
    """Give all of the money to who put the input in, until it is covered."""
    for place, item in enumerate(scheme.recover):
        balance, x = memory.balances[place], sheet.undivided
        used = min(balance, max(x, 0))
        memory.balances[place] = balance - used
        sheet.shares[item.party] += used
        sheet.undivided -= used
        sheet.recovered.append(used)
        sheet.record.recover(item, balance, x, used)


def reserve(scheme: Scheme, sheet: Sheet, _memory: Memory) -> None:
    """Set a percent aside for the fund; a negative amount is paid back by it."""
    if sheet.recovering:
        return
    year = sheet.slice.contract_year
    for item in scheme.reserve:
        live = item.first <= year and (item.last is None or year <= item.last)
        x = sheet.undivided
        part = allocate(x, item.weights)[0] if live else 0
        sheet.shares[item.to] += part
        sheet.undivided -= part
        sheet.reserved += part
        sheet.record.reserve(item, live, x, part)


def divide(scheme: Scheme, sheet: Sheet, _memory: Memory) -> None:
    """Split what is left: by the ladder step of the year, or by marginal tiers."""
    x = sheet.split_base = sheet.undivided
    if sheet.recovering:
        return
    if scheme.tiers:
        _divide_by_tiers(scheme, sheet, x)
    else:
        year = sheet.slice.contract_year
        step = next(each for each in scheme.ladder if each.last is None or year <= each.last)
        weights = step.weights
        sheet.divided = dict(zip(weights.names, allocate(x, weights.whole), strict=True))
        sheet.record.divide(step.clause, weights, x, sheet.divided)
    for party, part in sheet.divided.items():
        sheet.shares[party] += part
    sheet.undivided = 0


def _divide_by_tiers(scheme: Scheme, sheet: Sheet, x: int) -> None:
    exact, common = exact_shares(scheme.tiers, scheme.parties, abs(x))
    parts = allocate(x, list(exact.values()))
    sheet.divided = dict(zip(exact, parts, strict=True))
    fractions = {party: (share, common) for party, share in exact.items()}
    sheet.record.tiers(scheme.tiers_clause, x, fractions, sheet.divided)


def guarantee(scheme: Scheme, sheet: Sheet, memory: Memory) -> None:
    """Top up to the floor, never beyond the room of the party's own cap."""
    shares = sheet.shares
    for item in scheme.guarantee:
        if sheet.slice.contract_year < item.from_year:
            sheet.record.top_up(item, None, shares[item.party], 0, None)
            continue
        room = _floor_room(scheme, memory, item.party)
        target = item.per_year if room is None else min(item.per_year, room)
        share = shares[item.party]
        own_funds = item.source is Source.OWN_FUNDS
        limit = None if own_funds else max(0, shares[item.payer])
        gap = max(0, target - share)
        paid = gap if limit is None else min(gap, limit)
        shares[item.party] += paid
        shares[item.payer] -= paid
        sheet.topup += paid
        sheet.record.top_up(item, room, share, limit, paid)


def _floor_room(scheme: Scheme, memory: Memory, party: str) -> int | None:
    """The room of a party's own cap, None when nothing limits its floor."""
    for place, item in enumerate(scheme.cap):
        if item.party == party and item.scope is Scope.TOTAL:
            return memory.room(place)
    return None


def cap(scheme: Scheme, sheet: Sheet, memory: Memory) -> None:
    """Pass on what is over the room, then let the rest count to it."""
    shares = sheet.shares
    for place, item in enumerate(scheme.cap):
        total = item.scope is Scope.TOTAL
        counted = shares[item.party] if total else sheet.divided.get(item.party, 0)
        room = memory.room(place)
        over = max(0, counted - room)
        shares[item.party] -= over
        shares[item.overflow] += over
        memory.fill(place, counted - over)
        sheet.overflowed.append(over)
        sheet.room_left.append(memory.room(place))
        sheet.record.overflow(item, counted, room, over)
        if over and total and counted > sheet.divided.get(item.party, 0):
            sheet.record.warn(
                "all_counts_to_cap",
                f"{sheet.slice.fiscal_year} 年度“{item.party}”的回收、预留、兑现或补足也计入封顶",
            )
        elif counted < 0:
            sheet.record.warn(
                "room_reopened",
                f"{sheet.slice.fiscal_year} 年度“{item.party}”退回的份额恢复了封顶余额",
            )
    sheet.room_for_extension = memory.has_room()
