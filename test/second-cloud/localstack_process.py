"""Runs LocalStack until standard input ends, with the two things that it lacks here: custom resources,
and functions that run without Docker.
"""

import http.server
import json
import os
import subprocess
import sys
import threading
import uuid
from pathlib import Path

from localstack.runtime.main import main
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceProviderExecutor,
)
from localstack.services.lambda_.invocation import runtime_executor
from localstack.services.lambda_.invocation.lambda_models import InvocationResult

RUNNER = Path(__file__).with_name("run-function.js")


class NodeProcess(runtime_executor.RuntimeExecutor):
    """One process of Node for each invocation."""

    def start(self, env_vars):
        config = self.function_version.config
        self.code = config.code.get_unzipped_code_location()
        self.env = {"PATH": os.environ["PATH"], **{key: str(value) for key, value in env_vars.items()}}

    def invoke(self, payload):
        process = subprocess.run(
            ["node", RUNNER, self.code / self.function_version.config.handler],
            input=payload["payload"].encode(),
            env=self.env,
            capture_output=True,
        )
        result = process.stderr.splitlines()[-1] if process.stderr else b"null"
        logs = process.stdout.decode()
        return InvocationResult(payload["invoke-id"], result, process.returncode != 0, logs=logs)

    def stop(self):
        pass

    def get_address(self):
        return "127.0.0.1"

    def get_endpoint_from_executor(self):
        return "127.0.0.1"

    def get_runtime_endpoint(self):
        return ""

    def get_logs(self):
        return ""

    @classmethod
    def prepare_version(cls, function_version):
        function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version):
        pass


class Executors:
    """Where LocalStack looks for a way to run functions, and finds this one."""

    def exists(self, name):
        return True

    def load(self, name=None):
        return self if name else NodeProcess


class Responses(http.server.BaseHTTPRequestHandler):
    """Where the ResponseURLs lead."""

    answers = {}

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.answers[self.path.split("?")[0][1:]] = json.loads(body)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


responses = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Responses)


class CustomResource(ResourceProvider):
    SCHEMA = {"primaryIdentifier": ["/properties/PhysicalResourceId"]}
    # What was deployed: the physical ID and the properties, by stack and logical ID.
    deployed = {}

    def create(self, request):
        return self.serve(request, "Create", self.properties(request))

    def update(self, request):
        return self.serve(request, "Update", self.properties(request))

    def delete(self, request):
        if not self.before(request):
            return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={})
        return self.serve(request, "Delete", self.before(request)["properties"])

    def key(self, request):
        return (request.stack_id, request.logical_resource_id)

    def before(self, request):
        return self.deployed.get(self.key(request))

    def properties(self, request):
        names = [name for name in request.desired_state if name != "PhysicalResourceId"]
        return request.custom_context.get("properties") or {
            name: request.desired_state[name] for name in names
        }

    def serve(self, request, request_type, properties):
        """Sends the event at first, then looks for its answer."""
        request_id = request.custom_context.get("request_id")
        if not request_id:
            request_id = self.send(request, request_type, properties)
        answer = Responses.answers.get(request_id)
        if not answer:
            context = {"request_id": request_id, "properties": properties}
            return ProgressEvent(
                status=OperationStatus.IN_PROGRESS, resource_model=properties, custom_context=context
            )
        if answer["Status"] == "FAILED":
            return ProgressEvent(
                status=OperationStatus.FAILED, resource_model={}, message=answer["Reason"]
            )
        return self.finish(request, request_type, properties, answer)

    def finish(self, request, request_type, properties, answer):
        if request_type == "Delete":
            self.deployed.pop(self.key(request))
            return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={})
        physical_id = answer["PhysicalResourceId"]
        before = self.before(request)
        if before and before["physical_id"] != physical_id:
            # There is no clean-up phase here, so that the old one goes at once.
            self.send(request, "Delete", before["properties"])
        self.deployed[self.key(request)] = {"physical_id": physical_id, "properties": properties}
        model = {**properties, **answer.get("Data", {}), "PhysicalResourceId": physical_id}
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)

    def send(self, request, request_type, properties):
        request_id = str(uuid.uuid4())
        before = self.before(request)
        event = {
            "RequestType": request_type,
            "ResponseURL": f"http://127.0.0.1:{responses.server_port}/{request_id}",
            "StackId": request.stack_id,
            "RequestId": request_id,
            "ResourceType": request.resource_type,
            "LogicalResourceId": request.logical_resource_id,
            "ServiceToken": properties["ServiceToken"],
            "ResourceProperties": properties,
            **({"PhysicalResourceId": before["physical_id"]} if before else {}),
            **({"OldResourceProperties": before["properties"]} if request_type == "Update" else {}),
        }
        request.aws_client_factory.lambda_.invoke(
            FunctionName=properties["ServiceToken"],
            InvocationType="Event",
            Payload=json.dumps(event).encode(),
        )
        return request_id


load = ResourceProviderExecutor.try_load_resource_provider
ResourceProviderExecutor.try_load_resource_provider = staticmethod(
    lambda resource_type: CustomResource() if resource_type.startswith("Custom::") else load(resource_type)
)
runtime_executor.EXECUTOR_PLUGIN_MANAGER = Executors()
threading.Thread(target=responses.serve_forever, daemon=True).start()


def stop_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=stop_with_parent, daemon=True).start()
main()
