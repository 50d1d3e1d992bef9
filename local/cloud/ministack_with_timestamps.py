"""Runs MiniStack with a record of its IAM, and with what the Choice state of its Step Functions lacks: a
comparison of two timestamps."""

import runpy

import iam_record
from ministack.services import stepfunctions

evaluate_rule = stepfunctions._evaluate_rule


def evaluate(rule, data, ctx=None):
    path = rule.get("TimestampLessThanPath")
    if path is None:
        return evaluate_rule(rule, data, ctx)
    time = stepfunctions._resolve_path_or_ctx(path, data, ctx)
    return evaluate_rule({"Variable": rule["Variable"], "TimestampLessThan": time}, data, ctx)


stepfunctions._evaluate_rule = evaluate
iam_record.install()
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
