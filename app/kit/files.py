"""Attachments: bytes stored once by SHA-256, each upload a row with its name and its district.

A file is seen by whoever sees the record that links it, until then by its uploader; the owning
capability decides that, so nothing here serves a file by its digest.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Integer, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import NotFound, UnsupportedMedia
from app.kit.db import Base, Scoped, UtcDateTime, new_id
from app.kit.schemas import View
from app.kit.trail import Audited
from app.kit.work import Role, Work, use_case

_KINDS = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".png": ("image/png", (b"\x89PNG\r\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (b"PK\x03\x04",),
    ),
    ".xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        (b"PK\x03\x04",),
    ),
    ".doc": ("application/msword", (b"\xd0\xcf\x11\xe0",)),
    ".xls": ("application/vnd.ms-excel", (b"\xd0\xcf\x11\xe0",)),
    ".ofd": ("application/ofd", (b"PK\x03\x04",)),
    ".txt": ("text/plain; charset=utf-8", (b"",)),
}


@dataclass(frozen=True)
class Upload:
    """A file as it came in: the name that the sender gives, and the bytes."""

    name: str
    data: bytes


UNLINKED_FOR = timedelta(days=1)


class FileView(View):
    """A file that was taken in."""

    id: str
    name: str
    media_type: str
    size: int
    digest: str


class StoredFile(Scoped, Audited, Base):
    """One uploaded file; the bytes lie in the files folder under their digest."""

    __tablename__ = "stored_file"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    uploaded_by: Mapped[str] = mapped_column(String(40))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    linked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def keep(work: Work, upload: Upload) -> StoredFile:
    """Store an upload for the actor's district; UnsupportedMedia when it is not what it says."""
    name = Path(upload.name.replace("\\", "/")).name[-200:]
    media_type = _media_type(name, upload.data)
    digest = hashlib.sha256(upload.data).hexdigest()
    place = _place(work, digest)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = place.with_suffix(f".{new_id('part')}")
        partial.write_bytes(upload.data)
        partial.replace(place)
    file = StoredFile(
        id=new_id("fil"),
        district_id=work.district_id,
        name=name,
        media_type=media_type,
        size=len(upload.data),
        digest=digest,
        uploaded_by=work.actor.id,
        uploaded_at=work.now,
    )
    work.add(file)
    return file


def linkable(work: Work, file: "Upload | str") -> StoredFile:
    """The stored file that a command names, or a new one from the bytes it brings."""
    found = keep(work, file) if isinstance(file, Upload) else work.get(StoredFile, file)
    if found.uploaded_by != work.actor.id:
        raise NotFound("没有这个文件，或您无权使用")
    found.linked_at = found.linked_at or work.now
    return found


@use_case(
    "lead.upload",
    Role.OFFICER,
    Role.UNIT_HEAD,
    Role.NEGOTIATOR,
    Role.COORDINATOR,
    Role.PARTNER,
)
def upload(work: Work, file: Upload) -> FileView:
    """Take a file in ahead of the record that will link it; unlinked it is gone after a day."""
    return FileView.model_validate(keep(work, file))


def drop_unlinked(work: Work) -> int:
    """Forget the files that nobody linked within a day; how many."""
    old = work.session.scalars(
        select(StoredFile).where(
            StoredFile.linked_at.is_(None), StoredFile.uploaded_at <= work.now - UNLINKED_FOR
        )
    ).all()
    for file in old:
        work.session.delete(file)
        work.session.flush()
        same = select(StoredFile.id).where(StoredFile.digest == file.digest).limit(1)
        if work.session.scalar(same) is None:
            _place(work, file.digest).unlink(missing_ok=True)
    return len(old)


def content(work: Work, file: StoredFile) -> bytes:
    """The bytes, checked against their digest."""
    data = _place(work, file.digest).read_bytes()
    if hashlib.sha256(data).hexdigest() != file.digest:
        raise NotFound("文件内容与登记的摘要不符，已停止提供")
    return data


def _place(work: Work, digest: str) -> Path:
    folder: Path = work.services["files"]
    return folder / digest[:2] / digest


def _media_type(name: str, data: bytes) -> str:
    kind = _KINDS.get(Path(name).suffix.lower())
    if kind is None or not data.startswith(kind[1]):
        raise UnsupportedMedia(
            "文件类型不支持或与内容不符；可上传 PDF、Word、Excel、OFD、JPG、PNG、TXT"
        )
    return kind[0]
