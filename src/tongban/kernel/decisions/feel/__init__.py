"""FEEL, the expression language of DMN: lexer, parser, compiler, values and built-ins."""
