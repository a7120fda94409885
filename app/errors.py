"""Every way a use case can say no: a stable code for programs, a Chinese sentence for people.

A use case raises, the faces answer: `kit/problems.py` turns each class into its HTTP status, an
error page or an RFC 9457 problem. `members` are the extra fields of that problem.
"""

from dataclasses import dataclass
from typing import ClassVar


class DomainError(Exception):
    """A refusal that the caller is meant to read; never a defect of the program."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "未能办理"

    def __init__(self, message: str, **members: object) -> None:
        """Say why in Chinese; `members` go into the problem document as they are."""
        super().__init__(message)
        self.message = message
        self.members = members


class NotSignedIn(DomainError):
    """Nobody is signed in, or the session has ended."""

    status = 401
    code = "unauthenticated"
    title = "请登录"


class Forbidden(DomainError):
    """Signed in, but the role, the person or the scope does not allow the act."""

    status = 403
    code = "forbidden"
    title = "没有权限"


class InsufficientScope(Forbidden):
    """The key lacks the scope of the act (`required_scope`)."""

    code = "insufficient-scope"


class NotFound(DomainError):
    """No such record, or none that the caller may know of: the two answer alike."""

    status = 404
    code = "not-found"
    title = "没有找到"


class Conflict(DomainError):
    """The state of things does not allow the act now."""

    status = 409
    code = "conflict"
    title = "与现状冲突"


class IllegalTransition(Conflict):
    """The table of moves has no such move (`from`, `to`, `allowed`)."""

    code = "illegal-transition"
    title = "当前状态不能这样办"


class FirstTalkConflict(Conflict):
    """Another unit's hold or right blocks: holder, until when, what the caller can do."""

    code = "first-talk-conflict"
    title = "首谈权冲突"


class ImmutableVersion(Conflict):
    """A confirmed version of an agreement never changes."""

    code = "immutable-version"
    title = "已确认的版本不能修改"


class DuplicateSuspected(Conflict):
    """The enterprise seems to be known already (`candidates`)."""

    code = "duplicate-suspected"
    title = "疑似重复"


class VersionMismatch(DomainError):
    """Somebody else changed the record since it was read (`current_etag`, `changed_fields`)."""

    status = 412
    code = "version-mismatch"
    title = "已被他人修改"


class PreconditionRequired(DomainError):
    """`If-Match` or `Idempotency-Key` is missing."""

    status = 428
    code = "precondition-required"
    title = "缺少前提"


@dataclass(frozen=True)
class Issue:
    """One thing wrong with the input: where (JSON pointer), a stable code, what to do."""

    pointer: str
    code: str
    message: str


class Invalid(DomainError):
    """The input breaks a rule; `issues` name each place."""

    status = 422
    code = "validation"
    title = "填写有误"

    def __init__(self, message: str, *issues: Issue, **members: object) -> None:
        """Carry the summed-up sentence and the places it speaks of."""
        super().__init__(message, **members)
        self.issues = issues

    @classmethod
    def at(cls, pointer: str, code: str, message: str) -> "Invalid":
        """One issue at one place."""
        return cls(message, Issue(pointer, code, message))


class LegallyBlocked(DomainError):
    """The legal rules of the day forbid the act (`act`, `findings` with what cures each)."""

    status = 422
    code = "legally-blocked"
    title = "合规规则阻止办理"


class FirstTalkRefused(DomainError):
    """A guard of the first-talk rules says no (`reason`)."""

    status = 422
    code = "first-talk-refused"
    title = "首谈申请未受理"


class GateUnmet(DomainError):
    """The next stage asks for more (`unmet`)."""

    status = 422
    code = "stage-gate-unmet"
    title = "还有必备事项未完成"


class KeyReused(DomainError):
    """The idempotency key was used before with another body."""

    status = 422
    code = "idempotency-key-reused"
    title = "幂等键已用于另一请求"


class BadFilter(DomainError):
    """An unknown filter or sort, or a value it cannot take (`parameter`, `allowed`)."""

    code = "bad-filter"
    title = "筛选条件有误"


class BadCursor(DomainError):
    """The paging cursor is not one of ours."""

    code = "bad-cursor"
    title = "翻页位置无效"


class MalformedJson(DomainError):
    """The body is not JSON; the message names line and column."""

    code = "malformed-json"
    title = "请求有误"


class TooLarge(DomainError):
    """A body or a file over its limit (`limit`)."""

    status = 413
    code = "too-large"
    title = "内容过大"


class UnsupportedMedia(DomainError):
    """A file or body of a kind that is not taken here."""

    status = 415
    code = "unsupported-media"
    title = "不支持的文件类型"


class RateLimited(DomainError):
    """Too many calls; `retry_after` seconds."""

    status = 429
    code = "rate-limited"
    title = "请求过于频繁"


class Busy(DomainError):
    """A lock was not had in time; nothing was written, try again."""

    status = 503
    code = "busy"
    title = "系统繁忙"


class ClockUntrusted(Busy):
    """The server's clock is behind the ledger: nothing is registered until it is right."""

    code = "clock-untrusted"
    title = "服务器时钟异常"
