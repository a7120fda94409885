"""Commands and views of the directory of enterprises, its hint, contacts and interactions."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from app.enterprises.matching import unified
from app.enterprises.models import EngagementStatus, InteractionKind, SubstantiveKind
from app.enterprises.uscc import read_uscc
from app.kit.files import Upload
from app.kit.schemas import Coded, Command, View

KINDS = {"ent_": "enterprise", "led_": "lead", "prj_": "project"}
"""What the prefix of an owner's id says it is."""

PHONE = r"^[0-9+][0-9 ()-]{4,38}[0-9]$"
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s.]+$"


KIND_CHOICES = [(kind.value, kind.label) for kind in InteractionKind]
SUBSTANTIVE_CHOICES = [(kind.value, kind.label) for kind in SubstantiveKind]


def _name(typed: str) -> str:
    if not unified(typed):
        raise ValueError("名称至少有一个汉字、字母或数字")
    if len(unified(typed)) > 200:
        raise ValueError("名称过长")
    return typed


NameField = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_name)]
"""A name of an enterprise, lead or project: something that can be searched."""
UsccField = Annotated[str, Field(max_length=40), AfterValidator(read_uscc)]
"""A unified social credit code, checked and in one spelling."""


class EnterpriseView(View):
    """An enterprise of the public directory; who entered it and when is told to its district only.

    `root_id` is the enterprise that stays after merges, `own` says whether the reader may edit it.
    """

    id: str
    version: int
    root_id: str
    name: str
    uscc: str | None
    unregistered: bool
    group_name: str | None
    controller: str | None
    aliases: list[str]
    own: bool
    entered_by: str | None
    entered_at: datetime | None


class RecordView(View):
    """A lead or project of one's own, or one shared with one's district."""

    id: str
    kind: Literal["lead", "project"]
    name: str
    own: bool


class Candidate(View):
    """One that a typed name may mean; `own` are the visible leads and projects about it."""

    id: str
    kind: Literal["enterprise", "lead", "project"]
    name: str
    uscc: str | None
    unregistered: bool
    score: int
    reasons: list[str]
    own: list[RecordView]


class MatchView(View):
    """What a name, code or phone may mean: the same enterprise, its group, similar names."""

    same: list[Candidate]
    group: list[Candidate]
    similar: list[Candidate]


class ContactView(View):
    """A contact; phone and e-mail are masked until somebody asks for them."""

    id: str
    version: int
    enterprise_id: str
    name: str
    post: str | None
    phone: str | None
    email: str | None


class FileView(View):
    """A file of an interaction."""

    id: str
    name: str
    media_type: str


class InteractionView(View):
    """A talk, visit or line of progress."""

    id: str
    version: int
    about_id: str | None
    enterprise_id: str | None
    kind: Coded[InteractionKind]
    substantive_kind: Coded[SubstantiveKind] | None
    happened_on: date
    participants: str | None
    counterparts: str | None
    content: str
    demands: str | None
    next_step: str | None
    next_step_on: date | None
    files: list[FileView]
    logged_by: str
    logged_at: datetime


class MeetingView(View):
    """A talk or visit of some district with an enterprise: the day and the kind, no more."""

    district_id: str
    about_id: str | None
    on: date
    kind: str


class EngagementView(View):
    """A unit that negotiates or has signed; `talked_on` is its last dated talk or visit."""

    about_id: str
    enterprise_id: str
    division: str
    unit: str
    status: Coded[EngagementStatus]
    since: date
    until: date | None
    talked_on: date | None


class OverviewView(View):
    """The page of one enterprise; contacts and interactions are None for who may not read them.

    `may_edit` is about the entry, `may_write` about one's own contacts and interactions.
    """

    enterprise: EnterpriseView
    relatives: list[EnterpriseView]
    records: list[RecordView]
    may_edit: bool
    may_write: bool
    contacts: list[ContactView] | None
    interactions: list[InteractionView] | None


class ClashField(View):
    """One field that two people saved: as opened, as it is now, as one wants it."""

    name: str
    label: str
    base: str
    theirs: str
    mine: str
    result: Literal["ask", "theirs", "mine"]


class ClashView(View):
    """What somebody else saved while one was editing; a yes or no never collides, it is merged."""

    who: str
    at: datetime
    version: int
    unregistered: bool
    fields: list[ClashField]


class NamedEnterprise(Command):
    """An enterprise as a lead names it: found in the directory, or added to it."""

    name: NameField = Field(title="企业名称")
    uscc: UsccField | None = Field(default=None, title="统一社会信用代码")
    unregistered: bool = Field(default=False, title="境外或尚未注册")


class AddEnterprise(NamedEnterprise):
    """A new entry of the directory; `override` when it looks like another but is not."""

    group_name: str | None = Field(default=None, title="所属集团", max_length=120)
    controller: str | None = Field(default=None, title="实际控制人", max_length=120)
    override: bool = Field(default=False, title="确认不是同一企业")


class EditEnterprise(Command):
    """What changes of an entry; a field that is not given stays."""

    name: NameField = Field(default="", title="企业名称")
    uscc: UsccField | None = Field(default=None, title="统一社会信用代码")
    unregistered: bool = Field(default=False, title="境外或尚未注册")
    group_name: str | None = Field(default=None, title="所属集团", max_length=120)
    controller: str | None = Field(default=None, title="实际控制人", max_length=120)


class AddAlias(Command):
    """A former or other name."""

    name: NameField = Field(title="曾用名或别名")


class MatchQuery(Command):
    """What is known of an enterprise so far, also half typed."""

    name: str = Field(default="", title="名称", max_length=120)
    uscc: str | None = Field(default=None, title="统一社会信用代码", max_length=40)
    phone: str | None = Field(default=None, title="电话", max_length=40)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (unified(self.name) or self.uscc or self.phone):
            raise ValueError("请填写名称、统一社会信用代码或电话")
        return self


class Hint(Command):
    """What stands in the name and code boxes while somebody types."""

    name: str = Field(default="", title="名称", max_length=120)
    uscc: str = Field(default="", title="统一社会信用代码", max_length=40)


class EnterpriseFilter(Command):
    """A page of the directory, of all or of those whose name, initials or code fit `q`."""

    q: str = Field(default="", title="查找", max_length=120)
    sort: Literal["name", "-name"] = Field(default="name", title="排序")
    cursor: str | None = Field(default=None, title="翻页位置", max_length=400)
    limit: int = Field(default=50, title="每页条数", ge=1, le=200)
    count: Literal["exact"] | None = Field(default=None, title="计数")


class SaveContact(Command):
    """A contact of an enterprise, new or as it shall be."""

    name: str = Field(title="姓名", min_length=1, max_length=60)
    post: str | None = Field(default=None, title="职务", max_length=60)
    phone: str | None = Field(default=None, title="电话", pattern=PHONE, max_length=40)
    email: str | None = Field(default=None, title="邮箱", pattern=EMAIL, max_length=120)


class LogInteraction(Command):
    """A talk, visit or line of progress; with `substantive_kind` it is substantive progress."""

    about_id: str | None = Field(default=None, title="线索或项目", max_length=40)
    enterprise_id: str | None = Field(default=None, title="企业", max_length=40)
    kind: InteractionKind = Field(title="方式")
    substantive_kind: SubstantiveKind | None = Field(default=None, title="实质进展种类")
    happened_on: date = Field(title="日期")
    participants: str | None = Field(default=None, title="参加人员", max_length=400)
    counterparts: str | None = Field(default=None, title="对方人员", max_length=400)
    content: str = Field(title="内容", min_length=1, max_length=4000)
    demands: str | None = Field(default=None, title="对方诉求", max_length=4000)
    next_step: str | None = Field(default=None, title="下一步", max_length=400)
    next_step_on: date | None = Field(default=None, title="提醒日期")
    files: list[Upload | str] = Field(default_factory=list, title="附件", max_length=20)


class EditInteraction(Command):
    """What changes of an interaction; a field that is not given stays, files are added."""

    kind: InteractionKind = Field(default=InteractionKind.NOTE, title="方式")
    substantive_kind: SubstantiveKind | None = Field(default=None, title="实质进展种类")
    happened_on: date = Field(default=date.min, title="日期")
    participants: str | None = Field(default=None, title="参加人员", max_length=400)
    counterparts: str | None = Field(default=None, title="对方人员", max_length=400)
    content: str = Field(default="", title="内容", min_length=1, max_length=4000)
    demands: str | None = Field(default=None, title="对方诉求", max_length=4000)
    next_step: str | None = Field(default=None, title="下一步", max_length=400)
    next_step_on: date | None = Field(default=None, title="提醒日期")
    files: list[Upload | str] = Field(default_factory=list, title="附件", max_length=20)


class InteractionFilter(Command):
    """A page of interactions, newest first."""

    about_id: str | None = Field(default=None, title="线索或项目", max_length=40)
    enterprise_id: str | None = Field(default=None, title="企业", max_length=40)
    cursor: str | None = Field(default=None, title="翻页位置", max_length=400)
    limit: int = Field(default=50, title="每页条数", ge=1, le=200)


class Engage(Command):
    """A unit (区、园区) negotiates or has signed; written by leads and projects."""

    about_id: str = Field(title="线索或项目", max_length=40)
    enterprise_id: str = Field(title="企业", max_length=40)
    division: str = Field(title="行业大类", max_length=4)
    unit: str = Field(title="单位", max_length=40)
    status: EngagementStatus = Field(title="状态")
    since: date = Field(title="起始日期")
