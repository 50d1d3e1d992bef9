/** What grants need to know of an imported model beyond its public attributes. */
export interface ImportedModelContext {
  /** The ARN of the job that imported the model. */
  readonly jobArn?: string;
  /**
   * The resource that decryption is allowed on when the key is only known at deploy time: the key, or the
   * model when there is none. The functions compute it, because a policy cannot choose.
   */
  readonly encryptionResourceArn?: string;
}
