"""What can be put on record to cure a legal finding (合规记录), and what each record must hold."""

from app.labels import LabelledEnum


class RecordKind(LabelledEnum):
    """What is on record."""

    REVIEW = "review", "公平竞争审查结论"
    BASIS = "legal_basis", "兑现的法律依据"
    LED_BY = "led_by", "政府主导迁移的证据"


NEEDS: dict[RecordKind, tuple[tuple[str, str], ...]] = {
    RecordKind.REVIEW: (("dated_on", "审查日期"), ("file", "结论文件")),
}
"""What a kind needs beside its reference: fields of `AddRecord` with what they are called."""
