"""Runs MiniStack, and writes down what its IAM does not tell anybody: whose the temporary credentials are that it
issues, and each request that it evaluates.

One JSON object a line, in the file that IAM_RECORD names. A session is there before its credentials are.
"""

import json
import os
import runpy

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import sts

register_session = sts.register_session
enforce = iam_evaluator.enforce


def write(**line):
    with open(os.environ["IAM_RECORD"], "a", encoding="utf-8") as record:
        record.write(json.dumps(line, default=str) + "\n")


def register(access_key, session):
    write(accessKeyId=access_key, session=session["Arn"])
    register_session(access_key, session)


def enforce_and_record(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
    denied = enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
    if str(access_key_id).startswith("ASIA"):
        context = {key: value for key, value in (service_context or {}).items() if value}
        context["aws:ResourceAccount"] = iam_evaluator._account_from_arn(resource_arn) or get_account_id()
        write(accessKeyId=access_key_id, action=iam_action, resource=resource_arn, context=context)
    return denied


sts.register_session = register
iam_evaluator.enforce = enforce_and_record
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
