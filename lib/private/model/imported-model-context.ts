/** What grants need of an imported model beyond its public attributes. */
export interface ImportedModelContext {
  /** The ARN of the job that imported the model. */
  readonly jobArn?: string;
  /**
   * The resource to allow decryption on if the key is known only after the import: the key, or the model if AWS owns the
   * key. The waiter function computes it, because a policy cannot choose.
   */
  readonly encryptionResourceArn?: string;
}
