"""What each ledger entry about a claim or right says: its content, and the entering of it."""

from datetime import date, datetime
from typing import Any

from app.districts import service as districts
from app.first_talk import clocks, ledger
from app.first_talk.ledger import NewEntry
from app.first_talk.ledger_models import Receipt, ReceiptKind
from app.first_talk.models import EvidenceFile, JointHolder, Right
from app.first_talk.receipts import stamp
from app.first_talk.rights import State
from app.kit.work import Work
from app.parameters import service as parameters

BASIS = "泸龙府办发〔2022〕7号，第 18 项"  # noqa: RUF001 - the brackets of a 文号


def certify(
    work: Work, row: Right, kind: ReceiptKind, at: datetime, joint: JointHolder | None = None
) -> Receipt:
    """Enter how the claim or right stands; for a joint holder under its own letters."""
    holder = joint or row
    district = districts.district(work, holder.district_id)
    content = {
        **_content(row),
        **_authority(work, row.policy_version),
        "provisional": _is_provisional(work, row.effective_end),
        "unit": row.application["unit_name"] if joint is None else _unit_name(work, joint),
        "district_name": district.name,
        "evidence": _evidence_digests(work, row.id, holder.district_id),
    }
    entry = NewEntry(kind, district.id, district.letters, content, holder.lead_id, row.id)
    return ledger.issue(work, at, entry)


def _content(row: Right) -> dict[str, object]:
    filed: dict[str, Any] = row.application
    return {
        "enterprise": filed["enterprise_name"],
        "uscc": filed["uscc"],
        "division": row.division,
        "division_label": filed["division_label"],
        "line": filed["line"],
        "officer": filed["officer_name"],
        "arrived_at": filed["arrived_at"],
        "first_reported_at": stamp(row.filed_at) if row.filed_at else None,
        "first_talked_on": _day(row.first_talked_on),
        "state": row.state.value,
        "state_label": row.state.label,
        "reason": row.reason.value if row.reason else None,
        "active_on": _day(row.active_on),
        "nominal_end": _day(row.nominal_end),
        "effective_end": _day(row.effective_end),
        "pool_by": _last_day(row.declared_until) if row.state is State.ACTIVE else None,
        "accept_by": _last_day(row.accept_until) if row.state is State.POOLED else None,
        "ended_at": stamp(row.ended_at) if row.ended_at else None,
        "basis": BASIS,
    }


def _authority(work: Work, version: str) -> dict[str, object]:
    """By which rules, how far they are checked, and who keeps the register."""
    written = parameters.policy_version(work, version)
    names = parameters.labels_in_parameters(work)
    return {
        "policy_version": version,
        "policy_status": written.status.label,
        "registrar": names.get(written.registrar or "", written.registrar),
    }


def _is_provisional(work: Work, day: date | None) -> bool:
    """Whether the end falls in a year whose holidays are not published (待节假日安排公布)."""
    return day is not None and parameters.work_calendar(work).is_provisional(day)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _last_day(until: datetime | None) -> str | None:
    return _day(clocks.last_day(until)) if until else None


def _unit_name(work: Work, joint: JointHolder) -> str:
    names = {unit.id: unit.name for unit in districts.units(work, joint.district_id)}
    return names.get(joint.unit_id, "")


def _evidence_digests(work: Work, right_id: str, district_id: str) -> list[str]:
    found = work.session.scalars(
        work.all_rows(EvidenceFile, because="首谈凭证载明佐证摘要")
        .where(EvidenceFile.right_id == right_id, EvidenceFile.district_id == district_id)
        .order_by(EvidenceFile.added_at, EvidenceFile.id)
    )
    return [file.digest for file in found]
