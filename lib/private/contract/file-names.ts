/** What the name of a file tells about it. This module imports nothing, so constructs and functions can share it. */

const ARCHIVE = /\.(?:tar|tgz|tbz2?|txz|zip|7z|rar|gz|bz2|xz|zst|lz4)$/i;
const MODEL_FILE = /\.(?:safetensors|json|jinja|bin|pt|pth|ckpt|gguf|ggml|onnx|h5|msgpack)$/i;

/** Whether a name is that of an archive, which Bedrock does not unpack. */
export function isArchive(name: string): boolean {
  return ARCHIVE.test(name);
}

/** Whether a name is that of a file of a model. */
export function isModelFile(name: string): boolean {
  return MODEL_FILE.test(name);
}
