import io.github.cdkbedrockmodelimport.ImportedModel;
import io.github.cdkbedrockmodelimport.ModelImportJobWaiter;
import io.github.cdkbedrockmodelimport.ModelSource;
import software.amazon.awscdk.App;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.bedrock.IModel;

public class ConsumerApp {
  public static void main(String[] args) {
    App app = new App();
    Stack stack = new Stack(app, "Consumer");

    ModelImportJobWaiter waiter =
        ModelImportJobWaiter.Builder.create(stack, "Import")
            .jobIdentifier("arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456")
            .timeout(Duration.hours(2))
            .pollInterval(Duration.seconds(30))
            .build();
    ImportedModel model =
        ImportedModel.Builder.create(stack, "Model")
            .source(ModelSource.s3Uri("s3://weights/model/"))
            .build();
    CfnOutput.Builder.create(stack, "OwnModelArn").value(arnOf(model)).build();
    CfnOutput.Builder.create(stack, "ModelArn").value(arnOf(waiter)).build();

    app.synth();
  }

  /** What takes a model of the CDK's own library, which Java tells by name, not by shape. */
  private static String arnOf(IModel model) {
    return model.getModelArn();
  }
}
