import io.github.cdkbedrockmodelimport.ImportedModel;
import io.github.cdkbedrockmodelimport.ConverseSmokeTestOptions;
import io.github.cdkbedrockmodelimport.ModelImportJobWaiter;
import io.github.cdkbedrockmodelimport.ModelImportProvider;
import io.github.cdkbedrockmodelimport.ModelImportProviderProps;
import io.github.cdkbedrockmodelimport.ModelSource;
import io.github.cdkbedrockmodelimport.ModelSourceOptions;
import io.github.cdkbedrockmodelimport.SmokeTest;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.bedrock.IModel;
import software.amazon.awscdk.services.iam.AccountRootPrincipal;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.s3.Bucket;

public class ConsumerApp {
  public static void main(String[] args) {
    App app = new App();
    Stack stack = new Stack(app, "Consumer");
    ModelImportProvider provider =
        ModelImportProvider.getOrCreate(
            stack, ModelImportProviderProps.builder().tracing(true).build());

    ModelImportJobWaiter model =
        ModelImportJobWaiter.Builder.create(stack, "Import")
            .jobIdentifier("arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456")
            .timeout(Duration.hours(2))
            .pollInterval(Duration.seconds(30))
            .build();
    ImportedModel own =
        ImportedModel.Builder.create(stack, "Model")
            .source(
                ModelSource.fromS3Uri(
                    "s3://weights/model/",
                    ModelSourceOptions.builder().bucketOwnerAccountId("123456789012").build()))
            .smokeTest(
                SmokeTest.converse(ConverseSmokeTestOptions.builder().prompt("Hello").build()))
            .provider(ModelImportProvider.getOrCreate(stack))
            .build();
    own.publishArn("/models/own");
    ImportedModel second =
        ImportedModel.Builder.create(stack, "Second")
            .source(
                ModelSource.fromBucket(
                    Bucket.fromBucketName(stack, "Bucket", "weights"), "second/"))
            .provider(provider)
            .build();
    Role caller =
        Role.Builder.create(stack, "Caller").assumedBy(new AccountRootPrincipal()).build();
    second.getGrants().actions(caller, "bedrock:GetImportedModel");
    ImportedModel.fromParameterName(stack, "Elsewhere", "/models/elsewhere").grantInvoke(caller);
    CfnOutput.Builder.create(stack, "OwnModelArn").value(own.getImportedModelArn()).build();
    CfnOutput.Builder.create(stack, "ModelArn").value(model.getImportedModelArn()).build();
    // What takes a model of the CDK's own library, which Java tells by name, not by shape.
    List.<IModel>of(model, own).forEach(IModel::getModelArn);

    app.synth();
  }
}
