import { Aws } from 'aws-cdk-lib';

/** The condition that a key is used through one AWS service, and not directly. */
export function throughService(
  service: string,
  region: string,
): { readonly StringEquals: Record<string, string> } {
  return { StringEquals: { 'kms:ViaService': `${service}.${region}.${Aws.URL_SUFFIX}` } };
}
