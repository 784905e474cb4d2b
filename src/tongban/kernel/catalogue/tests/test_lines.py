import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.catalogue import lines, toml

TEXT = '''# 阶段图
key = "p"
words = ["a", "b]",
  "c"]
before = { days = 3 }
field = [
  { role = "applicant", element = "name", source = "a.b" },
  # a remark, with a bracket ]
  { role = "applicant", element = "phone" },
]

[[stage]]
id = "accept"
after = []

[[stage]]
id = "decide"
after = ["acept"]

[[stage]] # the third
id = """
[[stage]]
id"""
days = 3
'''


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("key", 2),
        ("words[0]", 3),
        ("words[2]", 4),
        ("before.days", 5),
        ("field", 6),
        ("field[0].source", 7),
        ("field[1]", 9),
        ("field[1].element", 9),
        ("stage[0].after", 14),
        ("stage[1].after", 18),
        ("stage[2].id", 21),
        ("stage[1].actions.back", 16),
        ("stage[2].days", 24),
        ("stage[7].days", 12),
        ("absent", 0),
        ("", 0),
    ],
)
def test_the_line_of_a_fault(where: str, line: int) -> None:
    assert lines.line_of(TEXT, where) == line
    assert lines.line_of(TEXT.replace("\n", "\r\n"), where) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [('key = "a"\nname = \n', 2), ('key = "a"\nkey = "b"\n', 2), ('key = "', 1)],
)
def test_what_is_no_toml_names_its_line(text: str, line: int) -> None:
    read = lines.read(text)
    assert read.body is None and read.fault and read.line == line
    assert "at line" not in read.fault.sentence()


def test_nesting_without_end_is_refused() -> None:
    assert lines.read("a = " + "[" * 5000).fault


names = st.text("abcdef", min_size=1, max_size=4)
texts = st.text(max_size=60)
plain = st.one_of(texts, st.integers(-9, 9), st.booleans(), st.lists(texts))
rows = st.lists(st.dictionaries(names, plain, min_size=1), min_size=1)
bodies = st.dictionaries(names, st.one_of(plain, rows), min_size=1)


@given(bodies)
def test_every_plain_value_of_what_we_write_has_its_line(body: dict[str, object]) -> None:
    """Whatever a text holds, the line named is the one that begins with the name."""
    text = toml.dumps(body)
    assert tomllib.loads(text) == body
    for name, value in body.items():
        rows = value if isinstance(value, list) and value and isinstance(value[0], dict) else []
        for at, row in enumerate(rows):
            for inner in row:
                found = lines.line_of(text, f"{name}[{at}].{inner}")
                assert text.split("\n")[found - 1].startswith(f"{inner} =")
        if not rows:
            assert text.split("\n")[lines.line_of(text, name) - 1].startswith(f"{name} =")
