"""Runs MiniStack in a folder of its own until standard input ends.

Standard input ends when the process that holds its other end does, however that happens. So nothing
outlives that process: no emulator, no function, no file.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading

home = sys.argv[1]
program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ministack_with_iam_record.py")
emulator = subprocess.Popen(
    [sys.executable, program],
    cwd=home,
    stdin=subprocess.DEVNULL,
    start_new_session=True,
)


def stop():
    """Ends the emulator and the functions that it runs."""
    try:
        os.killpg(emulator.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def stop_with_parent():
    os.read(sys.stdin.fileno(), 1)
    stop()


threading.Thread(target=stop_with_parent, daemon=True).start()
code = emulator.wait()
stop()
shutil.rmtree(home, ignore_errors=True)
sys.exit(code)
