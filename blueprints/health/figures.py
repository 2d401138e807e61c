"""Figures as they are printed: tenths, a real minus sign, a full-width plus."""

MINUS, PLUS = "−", "＋"
NONE = "—"
TENTH = 0.1


def figure(value: float | None, digits: int = 1) -> str:
    """Print a score; a dash where there is none."""
    if value is None:
        return NONE
    text = f"{abs(value):.{digits}f}"
    return f"{MINUS}{text}" if value < 0 and float(text) else text


def signed(value: float | None, digits: int = 1) -> str:
    """Print a change with its sign; what rounds to nothing has none."""
    if value is None:
        return NONE
    text = f"{abs(value):.{digits}f}"
    if not float(text):
        return text
    return f"{MINUS if value < 0 else PLUS}{text}"


def of_tenths(tenths: int) -> str:
    """Print a rounded cell of a table."""
    return figure(tenths * TENTH)


def signed_tenths(tenths: int) -> str:
    """Print a rounded cell that is a change; a dash where nothing moved."""
    return signed(tenths * TENTH) if tenths else NONE


def written_out(before: int, parts: list[int], after: int) -> str:
    """Write a sum of tenths out: 50.0＋21.0−7.0＝64.0."""
    return "".join([of_tenths(before), *(signed_tenths(part) for part in parts if part), "＝", of_tenths(after)])
