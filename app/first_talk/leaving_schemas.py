"""企业另选: the letter of the enterprise, and what whoever brings it is shown."""

from datetime import date, datetime

from pydantic import Field

from app.first_talk.rights import State
from app.kit.files import Upload
from app.kit.schemas import Coded, CodeLabel, Command, View


class FileLetter(Command):
    """The letter in which the enterprise chooses another place (企业另选)."""

    file: Upload | str = Field(title="企业来函")
    written_on: date = Field(title="来函日期")


class LetterView(View):
    """A letter of 企业另选, and whether a second person has verified it."""

    id: str
    right_id: str
    number: str | None
    division: CodeLabel
    holder: CodeLabel
    name: str
    digest: str
    written_on: date
    filed_by_name: str
    filed_at: datetime
    verified_by_name: str
    verified_at: datetime | None


class LeavingView(View):
    """What whoever brings the letter is shown of the right, and the letters so far."""

    id: str
    number: str | None
    division: CodeLabel
    holder: CodeLabel
    state: Coded[State]
    letters: list[LetterView]
    may_verify: bool
