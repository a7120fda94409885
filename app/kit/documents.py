"""Paper: Word documents from the templates in `templates/documents`, and QR codes."""

from io import BytesIO

import segno
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from markupsafe import Markup

from app.settings import ROOT

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
QR_WIDTH = Mm(34)


def word(template: str, address: str, **context: object) -> bytes:
    """The template as .docx, filled in; `qr` in it is the code of the address."""
    document = DocxTemplate(ROOT / "templates" / "documents" / template)
    picture = BytesIO()
    segno.make(address, error="m").save(picture, kind="png", scale=8, border=0)
    qr = InlineImage(document, picture, width=QR_WIDTH)
    document.render({**context, "qr": qr}, autoescape=True)
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def qr_svg(address: str) -> Markup:
    """The code of an address, to stand in a page; its size is the style sheet's."""
    code = segno.make(address, error="m").svg_inline(border=0, omitsize=True)
    return Markup(code)  # noqa: S704 - made by segno, which writes nothing of the address
