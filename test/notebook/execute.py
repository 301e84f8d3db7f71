"""Executes a notebook file where it lies, with the kernel "arco", and prints it with its outputs: execute.py NOTEBOOK"""

import os
import sys

import nbformat
from nbclient import NotebookClient

path = os.path.abspath(sys.argv[1])
notebook = nbformat.read(path, as_version=4)
resources = {"metadata": {"path": os.path.dirname(path)}}
NotebookClient(notebook, kernel_name="arco", record_timing=False, timeout=3600, startup_timeout=300, resources=resources).execute()
print(nbformat.writes(notebook))
