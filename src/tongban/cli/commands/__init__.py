"""One module per command: `arguments(parser)` declares its words, `run(words)` does it."""
