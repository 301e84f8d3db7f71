"""Drives the kernel "arco" for kernel.test.ts and shutdown.test.ts: what to do on stdin as JSON, what came of it on stdout as JSON.

kernel.py execute FOLDER   runs a list of cells as a notebook through nbclient and prints the notebook's file
kernel.py session FOLDER   takes one step after the other with one kernel:
    {"run": code}          runs a cell, and interrupts it whenever it prints "interrupt me"
    {"send": [code, …]}    sends cells without waiting for one another
    {"ask": [type, content]}  any other request of Jupyter's
    {"shutdown": code}     runs a cell, and shuts the kernel down, as JupyterLab does, when it prints "shut me down"
"""

import json
import sys
import time

import nbformat
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

patience = 120


def execute(cells, folder):
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "arco", "display_name": "TypeScript (arco)", "language": "typescript"}},
        cells=[nbformat.v4.new_code_cell(cell, id=f"cell-{index}") for index, cell in enumerate(cells)],
    )
    for cell in notebook.cells:
        if "throw" in cell.source or "wrong" in cell.source:
            cell.metadata["tags"] = ["raises-exception"]
    client = NotebookClient(notebook, record_timing=False, timeout=patience, startup_timeout=patience, resources={"metadata": {"path": folder}})
    client.execute()
    print(nbformat.writes(notebook))


def session(steps, folder):
    manager, client = start_new_kernel(kernel_name="arco", cwd=folder, startup_timeout=patience)

    def until_idle(identity, on_text=lambda text: None):
        """What is published for a request, up to the kernel's word that it is idle."""
        seen = []
        while True:
            message = client.get_iopub_msg(timeout=patience)
            if message["parent_header"].get("msg_id") != identity:
                continue
            seen.append({"type": message["header"]["msg_type"], **message["content"]})
            on_text(message["content"].get("text", ""))
            if message["content"].get("execution_state") == "idle":
                return seen

    def interrupt(text):
        if text.startswith("interrupt me"):
            time.sleep(0.2)
            manager.interrupt_kernel()

    def reply_to(identity, channel):
        while True:
            message = channel.get_msg(timeout=patience)
            if message["parent_header"].get("msg_id") == identity:
                return message["content"]

    def run(code):
        identity = client.execute(code)
        seen = until_idle(identity, interrupt)
        return {"reply": reply_to(identity, client.shell_channel), "seen": seen}

    def send(cells):
        sent = [client.execute(code) for code in cells]
        return [{"seen": until_idle(identity), "reply": reply_to(identity, client.shell_channel)} for identity in sent]

    def ask(request):
        message = client.session.msg(*request)
        client.shell_channel.send(message)
        until_idle(message["header"]["msg_id"])
        return reply_to(message["header"]["msg_id"], client.shell_channel)

    def shutdown(code):
        def end(text):
            if text.startswith("shut me down"):
                manager.shutdown_wait_time = patience
                manager.shutdown_kernel()

        return {"seen": until_idle(client.execute(code), end)}

    try:
        print(json.dumps([{"run": run, "send": send, "ask": ask, "shutdown": shutdown}[kind](given) for step in steps for kind, given in step.items()]))
    finally:
        client.stop_channels()
        if manager.has_kernel:
            manager.shutdown_kernel()


{"execute": execute, "session": session}[sys.argv[1]](json.load(sys.stdin), sys.argv[2])
