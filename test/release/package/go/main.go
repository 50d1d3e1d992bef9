package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-bedrock-model-import/cdk-bedrock-model-import-go/cdkbedrockmodelimport"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Consumer"), nil)
	provider := cdkbedrockmodelimport.ModelImportProvider_GetOrCreate(stack, &cdkbedrockmodelimport.ModelImportProviderProps{
		Tracing: jsii.Bool(true),
	})

	model := cdkbedrockmodelimport.NewModelImportJobWaiter(stack, jsii.String("Import"), &cdkbedrockmodelimport.ModelImportJobWaiterProps{
		JobIdentifier: jsii.String("arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456"),
		Timeout:       awscdk.Duration_Hours(jsii.Number(2)),
		PollInterval:  awscdk.Duration_Seconds(jsii.Number(30)),
	})
	own := cdkbedrockmodelimport.NewImportedModel(stack, jsii.String("Model"), &cdkbedrockmodelimport.ImportedModelProps{
		Source: cdkbedrockmodelimport.ModelSource_FromS3Uri(jsii.String("s3://weights/model/"), &cdkbedrockmodelimport.ModelSourceOptions{
			BucketOwnerAccountId: jsii.String("123456789012"),
		}),
		SmokeTest: cdkbedrockmodelimport.SmokeTest_Converse(&cdkbedrockmodelimport.ConverseSmokeTestOptions{
			Prompt: jsii.String("Hello"),
		}),
		Provider: cdkbedrockmodelimport.ModelImportProvider_GetOrCreate(stack, nil),
	})
	own.PublishArn(jsii.String("/models/own"))
	second := cdkbedrockmodelimport.NewImportedModel(stack, jsii.String("Second"), &cdkbedrockmodelimport.ImportedModelProps{
		Source: cdkbedrockmodelimport.ModelSource_FromBucket(
			awss3.Bucket_FromBucketName(stack, jsii.String("Bucket"), jsii.String("weights")), jsii.String("second/"), nil),
		Provider: provider,
	})
	caller := awsiam.NewRole(stack, jsii.String("Caller"), &awsiam.RoleProps{AssumedBy: awsiam.NewAccountRootPrincipal()})
	second.Grants().Actions(caller, jsii.String("bedrock:GetImportedModel"))
	cdkbedrockmodelimport.ImportedModel_FromParameterName(stack, jsii.String("Elsewhere"), jsii.String("/models/elsewhere"), nil).GrantInvoke(caller)
	awscdk.NewCfnOutput(stack, jsii.String("OwnModelArn"), &awscdk.CfnOutputProps{Value: own.ImportedModelArn()})
	awscdk.NewCfnOutput(stack, jsii.String("ModelArn"), &awscdk.CfnOutputProps{Value: model.ImportedModelArn()})

	app.Synth(nil)
}
