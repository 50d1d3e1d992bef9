from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk.aws_iam import AccountRootPrincipal, Role
from aws_cdk.aws_s3 import Bucket
from cdk_bedrock_model_import import (
    ImportedModel,
    ModelImportJobWaiter,
    ModelImportProvider,
    ModelSource,
    SmokeTest,
)

app = App()
stack = Stack(app, "Consumer")
provider = ModelImportProvider.get_or_create(stack, tracing=True)

model = ModelImportJobWaiter(
    stack,
    "Import",
    job_identifier="arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456",
    timeout=Duration.hours(2),
    poll_interval=Duration.seconds(30),
)
own = ImportedModel(
    stack,
    "Model",
    source=ModelSource.from_s3_uri("s3://weights/model/", bucket_owner_account_id="123456789012"),
    smoke_test=SmokeTest.converse(prompt="Hello"),
    # Python sends a struct without values for props that are left out.
    provider=ModelImportProvider.get_or_create(stack),
)
own.publish_arn("/models/own")
second = ImportedModel(
    stack,
    "Second",
    source=ModelSource.from_bucket(Bucket.from_bucket_name(stack, "Bucket", "weights"), "second/"),
    provider=provider,
)
caller = Role(stack, "Caller", assumed_by=AccountRootPrincipal())
second.grants.actions(caller, "bedrock:GetImportedModel")
ImportedModel.from_parameter_name(stack, "Elsewhere", "/models/elsewhere").grant_invoke(caller)
CfnOutput(stack, "OwnModelArn", value=own.imported_model_arn)
CfnOutput(stack, "ModelArn", value=model.imported_model_arn)

app.synth()
