"""Prints the twin of a notebook, as jupytext writes it: twin.py NOTEBOOK"""

import sys

import jupytext

sys.stdout.write(jupytext.writes(jupytext.read(sys.argv[1]), fmt="ts:percent"))
