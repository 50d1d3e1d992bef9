import io.github.cdkbedrockmodelimport.ImportedModel;
import io.github.cdkbedrockmodelimport.ModelImportJobWaiter;
import io.github.cdkbedrockmodelimport.ModelSource;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.bedrock.IModel;

public class ConsumerApp {
  public static void main(String[] args) {
    App app = new App();
    Stack stack = new Stack(app, "Consumer");

    ModelImportJobWaiter model =
        ModelImportJobWaiter.Builder.create(stack, "Import")
            .jobIdentifier("arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456")
            .timeout(Duration.hours(2))
            .pollInterval(Duration.seconds(30))
            .build();
    ImportedModel own =
        ImportedModel.Builder.create(stack, "Model")
            .source(ModelSource.fromS3Uri("s3://weights/model/"))
            .build();
    CfnOutput.Builder.create(stack, "OwnModelArn").value(own.getImportedModelArn()).build();
    CfnOutput.Builder.create(stack, "ModelArn").value(model.getImportedModelArn()).build();
    // What takes a model of the CDK's own library, which Java tells by name, not by shape.
    List.<IModel>of(model, own).forEach(IModel::getModelArn);

    app.synth();
  }
}
