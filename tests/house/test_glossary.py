"""Tables, cards and GLOSSARY.md say the same words."""

import ast
import re
from functools import cache

from tests.house.source import (
    ROOT,
    nodes,
    none,
    part_of,
    parts,
    place,
    role_of,
    sources,
    tables,
    tree,
)


@cache
def glossary() -> list[tuple[int, list[str]]]:
    """The rows of GLOSSARY.md: 中文, English, code, meaning, source, not to be confused with."""
    rows = []
    lines = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if line.startswith("|") and not re.match(r"\|\s*(:?-|中文)", line):
            rows.append((number, [cell.strip() for cell in line.strip("|").split("|")]))
    return rows


def test_every_table_stands_in_the_glossary_under_its_chinese_word() -> None:
    faults = []
    for path, node in tables():
        word = re.search(r"\(([\u4e00-\u9fff]+)", ast.get_docstring(node) or "")
        if word is None:
            faults.append(f"{place(path, node)}: write the Chinese word: “A case (办件): …”")
            continue
        part = part_of(path)
        assert part is not None
        code = f"`{part.name}.{node.name}`"
        row = next((cells for _, cells in glossary() if code in cells[2]), None)
        if row is None:
            faults.append(f"{place(path, node)}: GLOSSARY.md lacks {code} ({word[1]}); add its row")
        elif row[0] != word[1]:
            faults.append(
                f"{place(path, node)}: the docstring says {word[1]}, GLOSSARY.md {row[0]}; "
                "choose one"
            )
    none(faults)


def test_one_word_has_one_meaning() -> None:
    faults = []
    for column, language in ((0, "Chinese"), (1, "English")):
        seen: dict[str, int] = {}
        for number, cells in glossary():
            if len(cells) != 6:
                faults.append(f"GLOSSARY.md:{number}: a row has six columns, this has {len(cells)}")
                continue
            word = cells[column].lower()
            if word in seen:
                faults.append(
                    f"GLOSSARY.md:{number}: the {language} word {cells[column]} stands in line "
                    f"{seen[word]} too; one word, one meaning"
                )
            seen[word] = number
    none(faults)


def test_the_glossary_names_code_that_exists() -> None:
    owner: dict[str, set[str]] = {}
    for path in sources():
        part = part_of(path)
        name = part.name if part else path.stem
        owner.setdefault(name, set()).add(path.stem)
        owner[name] |= {
            node.name
            for node in nodes(path)
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")
        }
        if role_of(path) == "rules":
            owner[name].add("rules")
    none(
        f"GLOSSARY.md:{number}: there is no `{name}.{word}`; mend it"
        for number, cells in glossary()
        for name, word in re.findall(r"`([a-z_]+)\.([A-Za-z_]+)`", cells[2])
        if word not in owner.get(name, ())
    )


def test_cards_say_the_words_of_the_glossary() -> None:
    rows: dict[str, str] = {}
    for _, cells in glossary():
        for code in re.findall("`([^`]+)`", cells[2]):
            rows.setdefault(code, cells[0])
    faults = []
    for part in parts():
        words = ast.get_docstring(tree(part / "__init__.py")) or ""
        faults += [
            f"{place(part / '__init__.py')}: the card says {english} ({chinese}), GLOSSARY.md "
            f"{rows[f'{part.name}.{english}']}; choose one"
            for english, chinese in re.findall(r"([A-Z][A-Za-z]+) \(([\u4e00-\u9fff]+)", words)
            if rows.get(f"{part.name}.{english}", chinese) != chinese
        ]
    none(faults)
