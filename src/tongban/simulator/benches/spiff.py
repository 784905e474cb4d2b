"""The peer: the same six steps in SpiffWorkflow, its state saved to the same database each step."""

from typing import Any

from django.db import connection, transaction
from lxml import etree
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="bench">
 <bpmn:process id="six" isExecutable="true">
  <bpmn:startEvent id="start"><bpmn:outgoing>f0</bpmn:outgoing></bpmn:startEvent>
  <bpmn:sequenceFlow id="f0" sourceRef="start" targetRef="apply"/>
  <bpmn:userTask id="apply" name="apply"><bpmn:incoming>f0</bpmn:incoming>
   <bpmn:outgoing>f1</bpmn:outgoing></bpmn:userTask>
  <bpmn:sequenceFlow id="f1" sourceRef="apply" targetRef="accept"/>
  <bpmn:userTask id="accept" name="accept"><bpmn:incoming>f1</bpmn:incoming>
   <bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
  <bpmn:sequenceFlow id="f2" sourceRef="accept" targetRef="rule"/>
  <bpmn:businessRuleTask id="rule" name="rule"><bpmn:extensionElements>
    <spiffworkflow:calledDecisionId>route</spiffworkflow:calledDecisionId>
   </bpmn:extensionElements><bpmn:incoming>f2</bpmn:incoming>
   <bpmn:outgoing>f3</bpmn:outgoing></bpmn:businessRuleTask>
  <bpmn:sequenceFlow id="f3" sourceRef="rule" targetRef="split"/>
  <bpmn:parallelGateway id="split"><bpmn:incoming>f3</bpmn:incoming>
   <bpmn:outgoing>f4</bpmn:outgoing><bpmn:outgoing>f5</bpmn:outgoing></bpmn:parallelGateway>
  <bpmn:sequenceFlow id="f4" sourceRef="split" targetRef="a"/>
  <bpmn:sequenceFlow id="f5" sourceRef="split" targetRef="b"/>
  <bpmn:userTask id="a" name="a"><bpmn:incoming>f4</bpmn:incoming>
   <bpmn:outgoing>f6</bpmn:outgoing></bpmn:userTask>
  <bpmn:userTask id="b" name="b"><bpmn:incoming>f5</bpmn:incoming>
   <bpmn:outgoing>f7</bpmn:outgoing></bpmn:userTask>
  <bpmn:sequenceFlow id="f6" sourceRef="a" targetRef="join"/>
  <bpmn:sequenceFlow id="f7" sourceRef="b" targetRef="join"/>
  <bpmn:parallelGateway id="join"><bpmn:incoming>f6</bpmn:incoming>
   <bpmn:incoming>f7</bpmn:incoming><bpmn:outgoing>f8</bpmn:outgoing></bpmn:parallelGateway>
  <bpmn:sequenceFlow id="f8" sourceRef="join" targetRef="decide"/>
  <bpmn:userTask id="decide" name="decide"><bpmn:incoming>f8</bpmn:incoming>
   <bpmn:outgoing>f9</bpmn:outgoing></bpmn:userTask>
  <bpmn:sequenceFlow id="f9" sourceRef="decide" targetRef="end"/>
  <bpmn:endEvent id="end"><bpmn:incoming>f9</bpmn:incoming></bpmn:endEvent>
 </bpmn:process>
</bpmn:definitions>"""
DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="bench">
 <decision id="route" name="route"><decisionTable id="t" hitPolicy="UNIQUE">
  <input id="i" label="area"><inputExpression id="ie" typeRef="number"><text>area</text>
  </inputExpression></input>
  <output id="o" label="route" name="route" typeRef="string"/>
  <rule id="r1"><inputEntry id="e1"><text>&lt; 100</text></inputEntry>
   <outputEntry id="x1"><text>"small"</text></outputEntry></rule>
  <rule id="r2"><inputEntry id="e2"><text>&gt;= 100</text></inputEntry>
   <outputEntry id="x2"><text>"large"</text></outputEntry></rule>
 </decisionTable></decision>
</definitions>"""


class Engine:
    """One user step is one request: read the state, do the step, write the state."""

    def __init__(self, form: dict[str, Any]) -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_xml(etree.fromstring(BPMN.encode()))
        parser.add_dmn_xml(etree.fromstring(DMN.encode()), filename="route.dmn")
        self.spec = parser.get_spec("six")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
        self.form = form
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_spiff")
            key = "bigserial" if connection.vendor == "postgresql" else "integer"
            cursor.execute(
                f"CREATE TABLE bench_spiff (id {key} PRIMARY KEY, version integer, state text)"
            )

    def one_case(self) -> None:
        """From applying to the decision."""
        key = self._begin()
        for name in ("accept", "a", "b", "decide"):
            self._step(key, name)

    def _begin(self) -> int:
        workflow = BpmnWorkflow(self.spec)
        workflow.do_engine_steps()
        self._do(workflow, "apply", self.form)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bench_spiff (version, state) VALUES (1, %s) RETURNING id",
                [self.serializer.serialize_json(workflow)],
            )
            return int(cursor.fetchone()[0])

    def _step(self, key: int, name: str) -> None:
        lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT version, state FROM bench_spiff WHERE id = %s{lock}", [key])
            version, state = cursor.fetchone()
            workflow = self.serializer.deserialize_json(state)
            self._do(workflow, name, {name: "pass"})
            cursor.execute(
                "UPDATE bench_spiff SET version = %s, state = %s WHERE id = %s AND version = %s",
                [version + 1, self.serializer.serialize_json(workflow), key, version],
            )

    def _do(self, workflow: Any, name: str, data: dict[str, Any]) -> None:
        (task,) = [
            task
            for task in workflow.get_tasks(state=TaskState.READY, manual=True)
            if task.task_spec.bpmn_id == name
        ]
        task.data.update(data)
        task.run()
        workflow.do_engine_steps()
