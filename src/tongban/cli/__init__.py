"""What an operator types (命令行): `tongban` and its commands.

Files   main: finds the command, maps refusals to exit codes · commands: one module per command
        terminal: language, progress · logs: the lines that processes write
        children: processes that are started and watched · worker: the four loops
Codes   0 done · 1 found wanting, or an error of ours · 2 refused: the sentence says what to do
"""
