import { ACCOUNT_ID } from './records';

/** The key of an account that has one key only, which all its aliases name. */
const KEY_ID = '2f6d1f0e-4b0f-4a37-9d0e-3c1a5b7e9d11';

/** A key is given by its ARN, its ID or an alias, and always answered by its ARN. */
export function keyArn(id: string | undefined, region: string): string | undefined {
  if (id === undefined || id.includes(':key/')) {
    return id;
  }
  return `arn:aws:kms:${region}:${ACCOUNT_ID}:key/${id.includes('alias/') ? KEY_ID : id}`;
}
