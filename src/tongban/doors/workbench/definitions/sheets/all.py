"""The sheets there are; a kind without one is written as text."""

from tongban.doors.workbench.definitions.sheets import (
    Section,
    Sheet,
    decision,
    item,
    one_thing,
    process,
)

SHEETS: dict[str, Sheet] = {
    sheet.kind: sheet for sheet in (item.SHEET, one_thing.SHEET, process.SHEET, decision.SHEET)
}


def section_of(sections: list[Section], place: str) -> Section | None:
    """The section in which a place of the definition is written."""
    for section in sections:
        names = [line.name for line in section.lines] + [table.name for table in section.tables]
        if any(place == name or place.startswith(f"{name}.") for name in names):
            return section
    return None
