"""What can go wrong with a decision model or a FEEL text, in words for the person who wrote it."""


class DecisionModelError(ValueError):
    """A model or an expression is wrong; `says` what, `hint` what to do, `line` where."""

    def __init__(self, says: str, hint: str = "", line: int | None = None) -> None:
        self.says = says
        self.hint = hint
        self.line = line
        where = f" (line {line})" if line else ""
        super().__init__(f"{says}{where} {hint}".strip())


class FeelSyntaxError(DecisionModelError):
    """A FEEL text cannot be read."""

    def __init__(self, says: str, hint: str, text: str, position: int) -> None:
        self.text = text
        self.position = position
        shown = text[max(0, position - 20) : position + 20].replace("\n", " ")
        line = text.count("\n", 0, position) + 1 if "\n" in text else None
        super().__init__(f"{says} Near: {shown!r}.", hint, line)


class FeelError(Exception):
    """A FEEL operation has no value: the result is null and the reason is noted."""
