export const JOB_ARN = 'arn:aws:bedrock:us-east-1:123456789012:model-import-job/abc123def456';
