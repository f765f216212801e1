"""A letter as a PDF, on paper of the size a practice has."""

from importlib.resources import as_file, files
from io import BytesIO
from typing import Final

from fpdf import FPDF
from fpdf.enums import AccessPermission, EncryptionMethod
from fpdf.fonts import TTFFont

_FONT: Final = "Inter-Regular.otf"


def as_pdf(title: str, text: str, password: str = "") -> bytes:
    """Return a letter; with a password, one that opens with it only (AES-256, ISO 32000-2 7.6)."""
    page = FPDF(format="letter", unit="pt")
    if password:
        page.set_encryption(
            owner_password=password,
            user_password=password,
            encryption_method=EncryptionMethod.AES_256,
            permissions=AccessPermission.all(),
            encrypt_metadata=True,
        )
    page.set_margin(54)
    page.add_page()
    with as_file(files("resources") / "fonts" / _FONT) as font:
        page.add_font("Inter", fname=font)
    page.set_font("Inter", size=16)
    page.multi_cell(0, 22, _shown(page, title), new_x="LMARGIN", new_y="NEXT")
    page.set_font("Inter", size=11)
    page.multi_cell(0, 16, _shown(page, f"\n{text}"), new_x="LMARGIN", new_y="NEXT")
    written = BytesIO()
    page.output(written)
    return written.getvalue()


def _shown(page: FPDF, text: str) -> str:
    """Return the text with what the font cannot draw spelled out: nothing said may be lost."""
    font = page.fonts["inter"]
    assert isinstance(font, TTFFont)
    drawn = font.cmap
    return "".join(
        sign if ord(sign) in drawn or sign == "\n" else f"[U+{ord(sign):04X}]" for sign in text
    )
