"""What operations people do, each as one command: `stamkund --help`.

A command is a module: its first sentence is its help, `arguments` says what it takes, and `run`
answers with what is printed, or raises Mistaken.
"""
