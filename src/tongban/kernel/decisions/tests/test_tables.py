"""Decision tables: hit policies, defaults, and models with several elements."""

from decimal import Decimal
from typing import Any

import pytest

from tongban.kernel.decisions.engine import DecisionModelError, evaluate, load, load_grid


def grid(policy: str, **more: Any) -> dict[str, Any]:
    return {
        "key": "fee",
        "name": "Fee",
        "hit_policy": policy,
        "inputs": [{"label": "age", "expression": "age", "type": "number"}],
        "outputs": [{"name": "fee", "type": "number", **more}],
        "rules": [
            {"when": ["< 18"], "then": ["1"], "law": "Art. 1", "says": "A minor pays 1."},
            {"when": ["< 10"], "then": ["2"]},
            {"when": [">= 60"], "then": ["age - 57"]},
        ],
    }


@pytest.mark.parametrize(
    ("policy", "age", "value"),
    [
        ("U", 12, Decimal(1)),
        ("U", 5, None),
        ("U", 30, None),
        ("A", 5, None),
        ("F", 5, Decimal(1)),
        ("R", 5, [Decimal(1), Decimal(2)]),
        ("C", 5, [Decimal(1), Decimal(2)]),
        ("C", 30, []),
        ("C+", 5, Decimal(3)),
        ("C<", 5, Decimal(1)),
        ("C>", 5, Decimal(2)),
        ("C#", 5, Decimal(2)),
        ("U", 60, Decimal(3)),
    ],
)
def test_hit_policies(policy: str, age: int, value: object) -> None:
    assert evaluate(load_grid(grid(policy)), "fee", {"age": age}).value == value


def test_priorities_follow_the_output_values() -> None:
    assert evaluate(load_grid(grid("P", values=[2, 1])), "fee", {"age": 5}).value == 2
    assert evaluate(load_grid(grid("O", values=[2, 1])), "fee", {"age": 5}).value == [2, 1]


def test_functions_and_local_names_are_not_inputs() -> None:
    table = grid("F")
    table["rules"] = [{"when": ["count(xs[item > limit]) > 1"], "then": ["sum(xs)"]}]
    result = evaluate(load_grid(table), "fee", {"age": 1, "xs": [1, 2, 3], "limit": 1})
    assert (result.value, result.errors) == (6, ())
    assert sorted(result.trace.data["inputs"]) == ["age", "limit", "xs"]


def test_default_output() -> None:
    assert evaluate(load_grid(grid("U", default="9")), "fee", {"age": 30}).value == 9


def test_an_input_of_the_wrong_kind_is_noted() -> None:
    result = evaluate(load_grid(grid("U")), "fee", {"age": "old"})
    assert result.value is None
    assert any("age" in says for says in result.errors)


def test_a_rule_with_too_few_cells_is_refused() -> None:
    wrong = grid("U")
    wrong["rules"][0]["when"] = []
    with pytest.raises(DecisionModelError, match="one cell per column"):
        load_grid(wrong)


def test_a_wrong_cell_names_its_rule() -> None:
    wrong = grid("U")
    wrong["rules"][1]["when"] = ["< "]
    with pytest.raises(DecisionModelError, match="rule 2"):
        load_grid(wrong)


MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"
  name="benefit" namespace="urn:test">
  <itemDefinition name="tPerson">
    <itemComponent name="age"><typeRef>number</typeRef></itemComponent>
    <itemComponent name="city"><typeRef>string</typeRef>
      <allowedValues><text>"上海", "北京"</text></allowedValues></itemComponent>
  </itemDefinition>
  <inputData id="i" name="person"><variable name="person" typeRef="tPerson"/></inputData>
  <businessKnowledgeModel id="b" name="twice"><variable name="twice"/>
    <encapsulatedLogic><formalParameter name="n" typeRef="number"/>
      <literalExpression><text>n * 2</text></literalExpression></encapsulatedLogic>
  </businessKnowledgeModel>
  <decision id="a" name="is local"><variable name="is local" typeRef="boolean"/>
    <informationRequirement><requiredInput href="#i"/></informationRequirement>
    <literalExpression><text>person.city = "上海"</text></literalExpression></decision>
  <decision id="d" name="benefit"><variable name="benefit" typeRef="number"/>
    <informationRequirement><requiredInput href="#i"/></informationRequirement>
    <informationRequirement><requiredDecision href="#a"/></informationRequirement>
    <knowledgeRequirement><requiredKnowledge href="#b"/></knowledgeRequirement>
    <decisionTable hitPolicy="FIRST">
      <input><inputExpression><text>person.age</text></inputExpression></input>
      <input><inputExpression><text>is local</text></inputExpression></input>
      <output/>
      <annotation name="依据"/><annotation name="告知语"/>
      <rule><inputEntry><text>&gt;= 60</text></inputEntry>
        <inputEntry><text>true</text></inputEntry>
        <outputEntry><text>twice(100)</text></outputEntry>
        <annotationEntry><text>第三条</text></annotationEntry>
        <annotationEntry><text>可以领取。</text></annotationEntry></rule>
      <rule><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry>
        <outputEntry><text>0</text></outputEntry>
        <annotationEntry><text>第四条</text></annotationEntry>
        <annotationEntry><text>不能领取。</text></annotationEntry></rule>
    </decisionTable></decision>
  <decisionService id="s" name="service"><outputDecision href="#d"/>
    <encapsulatedDecision href="#a"/><inputData href="#i"/></decisionService>
</definitions>"""


def test_a_whole_graph() -> None:
    model = load(MODEL)
    person = {"age": 61, "city": "上海"}
    assert evaluate(model, "benefit", {"person": person}).value == 200
    assert evaluate(model, "service", {"person": person}).value == 200
    assert evaluate(model, "twice", {"n": 4}).value == 8


def test_a_value_that_is_not_allowed_becomes_null() -> None:
    result = evaluate(load(MODEL), "is local", {"person": {"age": 1, "city": "Paris"}})
    assert result.value is False
    assert "tPerson" in result.errors[0]


def test_the_drawing_does_not_change_the_hash() -> None:
    drawn = MODEL.replace("</definitions>", "<DMNDI><x/></DMNDI></definitions>")
    assert load(drawn).hash == load(MODEL).hash
    assert load(MODEL.replace("twice(100)", "twice(101)")).hash != load(MODEL).hash


def test_wrong_expressions_and_files_are_refused_with_their_line() -> None:
    with pytest.raises(DecisionModelError) as caught:
        load(MODEL.replace("n * 2", "n *"))
    assert caught.value.line
    with pytest.raises(DecisionModelError, match="well-formed"):
        load("<definitions>")
    with pytest.raises(DecisionModelError, match="not a DMN document"):
        load("<bpmn/>")
    with pytest.raises(DecisionModelError, match="no decision called"):
        evaluate(load(MODEL), "nothing", {})


def test_external_entities_are_refused() -> None:
    attack = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    with pytest.raises(DecisionModelError, match="DOCTYPE"):
        load(attack + MODEL.replace("<text>n * 2</text>", "<text>&x;</text>"))
