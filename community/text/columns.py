"""A line of text by columns: its indentation tells which block it belongs to."""

_TAB = 4


class Line:
    """The rest of a line and its column; a tab reaches to the next multiple of four."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.column = 0
        self._measure()

    def _measure(self) -> None:
        self.words = self.text.lstrip(" \t")
        column = self.column
        for sign in self.text[: len(self.text) - len(self.words)]:
            column += 1 if sign == " " else _TAB - column % _TAB
        self.indent = column - self.column

    def skip(self, columns: int) -> None:
        """Drop so many columns of white space; a tab that reaches further leaves spaces."""
        gone = 0
        while columns > 0 and gone < len(self.text) and self.text[gone] in " \t":
            width = 1 if self.text[gone] == " " else _TAB - self.column % _TAB
            gone += 1
            self.column += min(width, columns)
            if width > columns:
                self.text = " " * (width - columns) + self.text[gone:]
                gone = 0
            columns -= width
        self.text = self.text[gone:]
        self._measure()

    def drop(self, signs: int) -> None:
        """Drop the white space in front and so many characters after it."""
        self.column += self.indent + signs
        self.text = self.words[signs:]
        self._measure()
