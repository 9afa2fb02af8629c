"""`python -m engine.daemon.cli`: the engine starts its own commands so, whatever is on the PATH."""

from engine.daemon.cli import main

main()
