"""Pages that are reached by a mailed link."""

from flask.typing import ResponseReturnValue


def answer_secretly(page: str, status: int = 200) -> ResponseReturnValue:
    """Return the answer with a page whose address is a secret: browsers keep it nowhere and tell it to nobody."""
    return page, status, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
