"""Drives the kernel "arco" for kernel.test.ts: a list of cells on stdin as JSON, what came of them on stdout as JSON.

kernel.py execute FOLDER   runs the cells as a notebook through nbclient and prints the notebook's file
kernel.py session FOLDER   runs them one by one, interrupts those that print "interrupt me", completes those that end in a "|"
"""

import json
import sys
import time

import nbformat
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient


def execute(cells, folder):
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "arco", "display_name": "TypeScript (arco)", "language": "typescript"}},
        cells=[nbformat.v4.new_code_cell(cell, id=f"cell-{index}") for index, cell in enumerate(cells)],
    )
    for cell in notebook.cells:
        if "throw" in cell.source or "wrong" in cell.source:
            cell.metadata["tags"] = ["raises-exception"]
    client = NotebookClient(notebook, record_timing=False, timeout=300, startup_timeout=300, resources={"metadata": {"path": folder}})
    client.execute()
    print(nbformat.writes(notebook))


def session(cells, folder):
    manager, client = start_new_kernel(kernel_name="arco", cwd=folder, startup_timeout=300)
    results = []

    def run(cell):
        seen = []

        def watch(message):
            seen.append({"type": message["header"]["msg_type"], **message["content"]})
            if message["content"].get("text", "").startswith("interrupt me"):
                time.sleep(0.2)
                manager.interrupt_kernel()

        reply = client.execute_interactive(cell, output_hook=watch, timeout=300)["content"]
        return {"reply": reply, "seen": seen}

    try:
        for cell in cells:
            if cell.endswith("|"):
                code = cell[:-1]
                reply = client.complete(code, len(code), reply=True, timeout=300)
                results.append({"matches": reply["content"]["matches"]})
            else:
                results.append(run(cell))
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
    print(json.dumps(results))


{"execute": execute, "session": session}[sys.argv[1]](json.load(sys.stdin), sys.argv[2])
