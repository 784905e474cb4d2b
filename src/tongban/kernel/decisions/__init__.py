"""Decisions: the rules of the administration as DMN 1.5 decision tables and FEEL expressions.

What: loads decision models, evaluates them, and leaves a trace that says why.  Pure: no
database, no clock, no network, no code from data.
Words: a *model* is parsed once; a *decision* is evaluated with inputs; its *trace* records every
rule and every cell, the rules used, the law they rest on and the words for the citizen; *replay*
evaluates a trace again; *why* and *why_not* read it.
Life: `engine` is the front door (load, load_grid, evaluate, expression, unary_test, replay).
Limits: the moment for now() is given by the caller; external functions are a closed table.
"""

EVENTS: dict[str, str] = {}
