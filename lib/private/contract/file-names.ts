/** What a name says about a file. It imports nothing, so that the functions share it. */

const ARCHIVE = /\.(?:tar|tgz|tbz2?|txz|zip|7z|rar|gz|bz2|xz|zst|lz4)$/i;
const MODEL_FILE = /\.(?:safetensors|json|jinja|bin|pt|pth|ckpt|gguf|ggml|onnx|h5|msgpack)$/i;

/** Whether a name is that of an archive, which Bedrock does not unpack. */
export function isArchive(name: string): boolean {
  return ARCHIVE.test(name);
}

/** Whether a name is that of one of the files that a folder with a model holds. */
export function isModelFile(name: string): boolean {
  return MODEL_FILE.test(name);
}
