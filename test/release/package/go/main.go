package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-bedrock-model-import/cdk-bedrock-model-import-go/cdkbedrockmodelimport"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Consumer"), nil)

	model := cdkbedrockmodelimport.NewModelImportJobWaiter(stack, jsii.String("Import"), &cdkbedrockmodelimport.ModelImportJobWaiterProps{
		JobIdentifier: jsii.String("arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456"),
		Timeout:       awscdk.Duration_Hours(jsii.Number(2)),
		PollInterval:  awscdk.Duration_Seconds(jsii.Number(30)),
	})
	own := cdkbedrockmodelimport.NewImportedModel(stack, jsii.String("Model"), &cdkbedrockmodelimport.ImportedModelProps{
		Source: cdkbedrockmodelimport.ModelSource_FromS3Uri(jsii.String("s3://weights/model/"), nil),
	})
	awscdk.NewCfnOutput(stack, jsii.String("OwnModelArn"), &awscdk.CfnOutputProps{Value: own.ImportedModelArn()})
	awscdk.NewCfnOutput(stack, jsii.String("ModelArn"), &awscdk.CfnOutputProps{Value: model.ImportedModelArn()})

	app.Synth(nil)
}
