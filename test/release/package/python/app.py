from aws_cdk import App, CfnOutput, Duration, Stack
from cdk_bedrock_model_import import ImportedModel, ModelImportJobWaiter, ModelSource

app = App()
stack = Stack(app, "Consumer")

model = ModelImportJobWaiter(
    stack,
    "Import",
    job_identifier="arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456",
    timeout=Duration.hours(2),
    poll_interval=Duration.seconds(30),
)
own = ImportedModel(stack, "Model", source=ModelSource.from_s3_uri("s3://weights/model/"))
CfnOutput(stack, "OwnModelArn", value=own.imported_model_arn)
CfnOutput(stack, "ModelArn", value=model.imported_model_arn)

app.synth()
