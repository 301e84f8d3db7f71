"""Prints the twins of notebooks, as jupytext writes them, in a JSON list: twin.py NOTEBOOK..."""

import json
import sys

import jupytext

print(json.dumps([jupytext.writes(jupytext.read(path), fmt="ts:percent") for path in sys.argv[1:]]))
