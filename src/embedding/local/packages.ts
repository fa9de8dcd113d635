import { EmbeddingError } from '../embedding-error.ts';

/** The packages that do the work: the operator installs them. */
export interface Packages {
  readonly onnxruntime: typeof import('onnxruntime-node');
  readonly tokenizers: typeof import('@huggingface/tokenizers');
}

/** The versions that this server is tested with. */
export const packageVersions = { 'onnxruntime-node': '1.30.0', '@huggingface/tokenizers': '0.2.0' } as const;

/** Loads the optional packages; throws `EmbeddingError` with a sentence that names them where one is missing. */
export async function loadPackages(): Promise<Packages> {
  try {
    const [onnxruntime, tokenizers] = await Promise.all([
      import('onnxruntime-node'),
      import('@huggingface/tokenizers'),
    ]);
    return { onnxruntime: onnxruntime.default ?? onnxruntime, tokenizers };
  } catch (error) {
    const packages = Object.entries(packageVersions).map(([name, version]) => `${name}@${version}`);
    throw new EmbeddingError(
      `CQ_EMBEDDING_PROVIDER=local needs two packages that are not part of cq-server: npm install --ignore-scripts ${packages.join(' ')} (${(error as Error).message.split('\n')[0]}).`,
      'setup',
    );
  }
}
