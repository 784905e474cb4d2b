"""Definitions (定义库) at the workbench: read, written, tried and signed.

pages: what is in force, its history, the second signature; editing: drafts written in the browser;
sheets: which lines a kind has; entries: lines to forms and back; choices: what may be chosen;
trying: what a version would do, before it is signed
"""
