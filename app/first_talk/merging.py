"""Enterprises merged, and parted again, with the rights that stand on them (§4).

Merging two that both hold live rights in one 大类 is refused, with both numbers. An investor that
had no code yet and turns out to be a known enterprise is re-pointed to it: receipts and 首报时间
stay. Where both were claimed, a case opens and the earlier 首报时间 leads meanwhile; inside a
family (政区一体) there is no case: the two hold one right jointly, with the earlier 首报时间.
"""

from collections.abc import Iterable

from app.enterprises import service as enterprises
from app.enterprises.schemas import EnterpriseView, MatchQuery
from app.errors import Conflict
from app.first_talk import claims, disputes, subjects
from app.first_talk.challenges import Ground
from app.first_talk.merge_schemas import MergeInto, MergePage
from app.first_talk.models import Right
from app.first_talk.rights import Move, State
from app.first_talk.subjects import Docket
from app.kit.work import Role, Work, use_case


@use_case("enterprise.merge", Role.UNIT_HEAD)
def merge(work: Work, id: str, version: int | None, command: MergeInto) -> EnterpriseView:
    """Merge one's own entry into another one; Conflict when both hold the same 大类."""
    own = enterprises.mergeable(work, id, version)
    other = enterprises.merge_target(work, id, command.into_id)
    divisions = _divisions(work, {id, other.id})
    _lock(work, {id, other.id}, divisions)
    displaced: list[tuple[Right, Right]] = []
    for division in divisions:
        pair = _both_live(work, id, other.id, division)
        if pair is None:
            continue
        if own.uscc is not None or other.uscc is None:
            numbers = [row.filed_number for _, row in pair]
            raise Conflict(
                f"两家企业在大类 {division} 都有有效首谈（{'、'.join(n or '' for n in numbers)}），"
                "不能合并；先由其一释放，或经裁定",
                numbers=numbers,
            )
        if _same_family(*pair):
            _unite(*pair)
        else:
            displaced.append(_displace(*pair))
    enterprises.merge(work, id, other.id)
    _write_again(work, other.id, divisions, displaced)
    return enterprises.enterprise(work, other.id)


@use_case("enterprise.part", Role.UNIT_HEAD)
def part(work: Work, id: str, version: int | None) -> EnterpriseView:
    """Undo the merge of one's own entry; its rights are told apart from the others again."""
    ids = enterprises.merged_below(work, id)
    divisions = _divisions(work, ids)
    root = enterprises.root(work, id)
    _lock(work, {root, id}, divisions)
    enterprises.part(work, id, version)
    for division in divisions:
        key = subjects.key_of(work, id, division)
        rows = work.all_rows(Right, because="企业合并撤销").where(
            Right.enterprise_id.in_(ids), Right.division == division
        )
        for row in work.session.scalars(rows):
            row.subject_key = key
        work.session.flush()
    _write_again(work, id, divisions, [])
    _write_again(work, root, divisions, [])
    return enterprises.enterprise(work, id)


@use_case("enterprise.merge_form", Role.UNIT_HEAD, reads=True)
def merge_page(work: Work, id: str, into: str) -> MergePage:
    """One's own entry, what it may be the same as, and what has been merged into it."""
    own = enterprises.enterprise(work, id)
    found = enterprises.match(work, MatchQuery(name=own.name, uscc=own.uscc))
    alike = [*found.same, *found.group, *found.similar]
    return MergePage(
        enterprise=own,
        candidates=[one for one in alike if one.kind == "enterprise" and one.id != id],
        target=enterprises.enterprise(work, into) if into else None,
        merged=[
            one
            for one in enterprises.enterprises(work, enterprises.merged_below(work, id)).values()
            if one.id != id
        ],
    )


def _divisions(work: Work, ids: Iterable[str]) -> list[str]:
    """The divisions in which anybody has claimed one of these enterprises."""
    same = {one for id in ids for one in enterprises.same_as(work, id)}
    claimed = work.all_rows(Right, because="企业合并").where(Right.enterprise_id.in_(same))
    found = work.session.scalars(claimed.with_only_columns(Right.division).distinct())
    return sorted(division for division in found if division)


def _lock(work: Work, ids: set[str], divisions: list[str]) -> None:
    """Take the subjects of both enterprises at once, in their order."""
    keys = {subjects.key_of(work, id, division) for id in ids for division in divisions}
    subjects.lock(work, keys)


def _both_live(
    work: Work, id: str, other_id: str, division: str
) -> tuple[tuple[Docket, Right], tuple[Docket, Right]] | None:
    """The blocking rows of both enterprises in a division, when both have one."""
    found = []
    for enterprise_id in (id, other_id):
        docket = subjects.open_docket(work, enterprise_id, division)
        subjects.settle(docket)
        subjects.close(docket)
        row = docket.blocking()
        if row is not None:
            found.append((docket, row))
    return (found[0], found[1]) if len(found) == 2 else None


def _displace(one: tuple[Docket, Right], other: tuple[Docket, Right]) -> tuple[Right, Right]:
    """The later 首报时间 makes way for the earlier one; both rows, the leading one first."""
    pairs = sorted((one, other), key=lambda pair: pair[1].place or 0)
    (leading, first), (docket, later) = pairs
    movable = Move.COLLIDE in docket.standing(later).allowed()
    if not movable or Move.OBJECT not in leading.standing(first).allowed():
        raise Conflict("另一项首谈正在中止、续期或争议中，待其办结后再更正企业")
    reason = f"与 {first.filed_number} 为同一企业"
    subjects.move(docket, later, Move.COLLIDE, docket.work.now, reason=reason)
    return first, later


def _same_family(one: tuple[Docket, Right], other: tuple[Docket, Right]) -> bool:
    (docket, row), (_, second) = one, other
    policy = docket.policies[row.policy_version]
    return policy.same_family(row.district_id, second.district_id)


def _unite(one: tuple[Docket, Right], other: tuple[Docket, Right]) -> None:
    """Two rows of one family become one, held jointly, with the earlier 首报时间.

    It is the row that is further on, of two alike the earlier; the other one's receipt stays.
    """
    (docket, kept), (apart, given) = sorted((one, other), key=_further_on)
    work = docket.work
    if given.state is State.CONTESTED:
        raise Conflict("两项首谈都在争议中，待其一办结后再更正企业")
    reason = f"与 {kept.filed_number} 为同一企业，并入联合持有"
    subjects.move(apart, given, Move.RELEASE, work.now, reason=reason)
    claims.carry_over(work, given, kept)
    for row in apart.rows.values():
        if given.id in (row.id, row.united_into):
            row.united_into = kept.id
    holders = {kept.district_id, *(one.district_id for one in docket.joint)}
    if given.district_id not in holders:
        claims.join(docket, given, kept, [])
    for joint in apart.joint:
        if joint.right_id == given.id and joint.district_id not in holders:
            joint.right_id = kept.id
            work.share(kept, joint.district_id)
    first = min(kept, given, key=lambda row: row.place or 0)
    kept.filed_at, kept.place = first.filed_at, first.place


def _further_on(pair: tuple[Docket, Right]) -> tuple[bool, bool, int]:
    docket, row = pair
    granted = docket.standing(row).granted
    return row.state is not State.CONTESTED, not granted, row.place or 0


def _write_again(
    work: Work, enterprise_id: str, divisions: list[str], displaced: list[tuple[Right, Right]]
) -> None:
    """Bring the rows under the present key, open the cases, and let the queues follow."""
    for division in divisions:
        docket = subjects.open_docket(work, enterprise_id, division)
        subjects.settle(docket)
        for first, later in displaced:
            if first.division == division:
                statement = "两项登记经统一社会信用代码核对为同一企业"
                held, claim = docket.rows[first.id], docket.rows[later.id]
                disputes.open_case(docket, held, claim, Ground.SAME_PROJECT, statement)
        subjects.close(docket)
