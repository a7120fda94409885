"""Which change of a record is which public event (事件流): a trail entry in, an event type out.

Pure. The feed reads the trail, so no capability sends an event by hand; what is not named here
stays inside.
"""

from collections.abc import Mapping

ENDINGS = {
    "converted",
    "expired",
    "lapsed",
    "released",
    "enterprise_left",
    "revoked",
    "rejected",
}
LINKS = {
    "lead": "/api/v1/leads/",
    "project": "/api/v1/projects/",
    "first_talk_right": "/api/v1/first-talk-rights/",
    "agreement_version": "/api/v1/agreements/",
}
TYPES = (
    "lead.created",
    "lead.updated",
    "lead.claimed",
    "project.stage_changed",
    "project.status_changed",
    "first_talk.registered",
    "first_talk.confirmed",
    "first_talk.expiring",
    "first_talk.extended",
    "first_talk.ended",
    "first_talk.transferred",
    "first_talk.challenged",
    "agreement.confirmed",
    "agreement.in_force",
    "agreement.superseded",
    "agreement.terminated",
)

Changes = Mapping[str, list[object]]


def event_type(kind: str, act: str, changes: Changes) -> str | None:
    """The public type of a change, None when it is none."""
    readers = {
        "lead": _lead,
        "project": _project,
        "first_talk_right": _right,
        "agreement_version": _agreement,
    }
    reader = readers.get(kind)
    return reader(act, changes) if reader is not None else None


def resource(kind: str, id: str) -> tuple[str, str]:
    """The id of the public record that an entry is about, and the address that leads to it."""
    if kind != "agreement_version":
        return id, LINKS[kind] + id
    agreement, _, n = id.partition("/")
    return agreement, f"{LINKS[kind]}{agreement}/versions/{n}"


def _created(changes: Changes) -> bool:
    return "id" in changes and changes["id"][0] is None


def _after(changes: Changes, column: str) -> object:
    return changes[column][1] if column in changes else None


def _lead(act: str, changes: Changes) -> str:
    if _created(changes):
        return "lead.created"
    return "lead.claimed" if act == "lead.claim" else "lead.updated"


def _project(_act: str, changes: Changes) -> str | None:
    if "stage" in changes:
        return "project.stage_changed"
    return "project.status_changed" if "status" in changes else None


def _right(act: str, changes: Changes) -> str | None:
    if act == "first_talk.expiring":
        return act
    if _created(changes):
        return "first_talk.registered"
    state = _after(changes, "state")
    if state in ENDINGS:
        return "first_talk.ended"
    named = {
        "contested": "first_talk.challenged",
        "transferred": "first_talk.transferred",
        "active": "first_talk.confirmed",
    }
    if state in named:
        return named[str(state)]
    return "first_talk.extended" if "extensions" in changes else None


def _agreement(_act: str, changes: Changes) -> str | None:
    """What becomes of a version; one in force with its last confirmation is told as that."""
    state = _after(changes, "state")
    known = {"confirmed", "in_force", "superseded", "terminated"}
    return f"agreement.{state}" if state in known else None
