import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { LocalCloud } from './cloud';

/** A model that is as small as a model can be: Bedrock's stand-in does not look at it. */
const SHARDS = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
const FILES: Readonly<Record<string, string>> = {
  'config.json': JSON.stringify({
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    max_position_embeddings: 8192,
    torch_dtype: 'bfloat16',
    transformers_version: '4.43.0',
  }),
  'model.safetensors.index.json': JSON.stringify({
    metadata: { total_size: 2048 },
    weight_map: Object.fromEntries(SHARDS.map((shard, layer) => [`model.layers.${layer}.weight`, shard])),
  }),
  'tokenizer.json': '{}',
  'tokenizer_config.json': JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast' }),
  // An empty header and some weights: a shard of less than 200 bytes would be a pointer of git-lfs.
  [SHARDS[0]]: '\u0002\0\0\0\0\0\0\0{}' + '0'.repeat(1024),
  [SHARDS[1]]: '\u0002\0\0\0\0\0\0\0{}' + '0'.repeat(1024),
};

/** The file that a folder lacks most often. */
export const SHARD = SHARDS[1];

/**
 * Puts the files of a small model into a folder of the cloud's S3.
 *
 * @param uri the folder: `s3://bucket/prefix/`
 * @param missing names of files that it shall lack
 */
export async function putWeights(
  cloud: LocalCloud,
  uri: string,
  missing: readonly string[] = [],
): Promise<void> {
  const { host: Bucket, pathname } = new URL(uri);
  const client = new S3Client({ ...cloud.clientConfig, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket })).catch((error: Error) => {
    if (!error.name.startsWith('BucketAlready')) {
      throw error;
    }
  });
  for (const [name, Body] of Object.entries(FILES)) {
    const object = { Bucket, Key: `${pathname.slice(1)}${name}` };
    await client.send(
      missing.includes(name) ? new DeleteObjectCommand(object) : new PutObjectCommand({ ...object, Body }),
    );
  }
  client.destroy();
}
