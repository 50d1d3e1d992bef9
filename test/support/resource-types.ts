export const WAITER_TYPE = 'Custom::BedrockModelImportJobWaiter';
export const MODEL_TYPE = 'Custom::BedrockImportedModel';
