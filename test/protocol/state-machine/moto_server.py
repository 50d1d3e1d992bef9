"""Runs moto's Step Functions, with Lambda and the clock at http://localhost:MOTO_PORT.

moto's interpreter calls functions at that address, by a setting of its own. Its pauses and its times are
led there as well, so that nothing waits. Prints the port on which it listens, and ends when standard
input does.
"""

import datetime
import os
import sys
import threading
import time
import types
import urllib.request

from moto.core.config import default_user_config
from moto.server import ThreadedMotoServer
from moto.stepfunctions.parser import models
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import wait_function

CLOCK = f"http://localhost:{os.environ['MOTO_PORT']}/clock"


def sleep(seconds):
    """Lets the time of the clock pass."""
    urllib.request.urlopen(f"{CLOCK}/sleep/{seconds}", data=b"").read()


class Time(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        seconds = float(urllib.request.urlopen(f"{CLOCK}/now").read())
        return cls.fromtimestamp(seconds, tz)


class Deadline(threading.Event):
    """The end of a task, before its `TimeoutSeconds`: five times faster, and then on the clock."""

    def wait(self, timeout):
        in_time = super().wait(timeout / 5)
        if not in_time:
            sleep(timeout)
        return in_time


time.sleep = sleep
wait_function.WaitFunction._wait_interval = lambda self, env, wait_seconds: sleep(wait_seconds)
execute_state.threading = types.SimpleNamespace(Event=Deadline)
for module in (models, state):
    module.datetime = types.SimpleNamespace(datetime=Time, timezone=datetime.timezone)

default_user_config["stepfunctions"] = {"execute_state_machine": True}
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
