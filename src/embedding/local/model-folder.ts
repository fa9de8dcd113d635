import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { EmbeddingError } from '../embedding-error.ts';

/** How the vectors of a text's tokens become one: their mean, the first one, or the largest number of each dimension. */
export type Pooling = 'mean' | 'cls' | 'max';

/** A folder with a sentence-transformers model in ONNX form. */
export interface ModelFolder {
  readonly path: string;
  /** The name of the folder, with a digest of the files: another model at the same place gets another name. */
  readonly name: string;
  readonly modelFile: string;
  readonly tokenizerFile: string;
  /** Null where there is none. */
  readonly tokenizerConfigFile: string | null;
  /** Null where there is no pooling configuration: then the model itself must pool. */
  readonly pooling: Pooling | null;
  /** How many tokens of a text are read, special ones included. */
  readonly maxTokens: number;
  readonly lowerCase: boolean;
}

/** The most tokens of a text, whatever the model takes: the time and memory of attention grow with their square. */
const tokenLimit = 512;

const modulesSchema = z.array(z.object({ type: z.string(), path: z.string() }));
const transformerSchema = z.object({
  max_seq_length: z.int().min(8).nullish(),
  do_lower_case: z.boolean().nullish(),
});
const tokenizerConfigSchema = z.object({ model_max_length: z.number().nullish() });
const modelConfigSchema = z.object({ max_position_embeddings: z.int().min(8).nullish() });

/**
 * Reads what is in a model folder, and checks all that can be checked without loading the model. Throws `EmbeddingError` with
 * the fault `setup`, which names the file.
 */
export function readModelFolder(folder: string): ModelFolder {
  const path = resolve(folder);
  if (!isThere(path, 'isDirectory')) throw problem(folder, 'is no folder.');
  const inFolder = (file: string) => (isThere(join(path, file), 'isFile') ? join(path, file) : null);
  const read = <T>(file: string | null, schema: z.ZodType<T>) =>
    file === null ? null : readJson(folder, file, schema);

  const modules = read(inFolder('modules.json'), modulesSchema) ?? defaultModules;
  const place = placesOf(folder, modules);
  const tokenizerFile = inFolder(join(place.transformer, 'tokenizer.json')) ?? inFolder('tokenizer.json');
  if (tokenizerFile === null) throw problem(folder, 'holds no tokenizer.json.');
  const modelFile =
    inFolder('onnx/model.onnx') ?? inFolder('model.onnx') ?? inFolder(join(place.transformer, 'model.onnx'));
  if (modelFile === null)
    throw problem(folder, 'holds neither onnx/model.onnx nor model.onnx: the model must be in ONNX form.');
  if (firstBytes(modelFile) === gitLfs)
    throw problem(folder, `holds only the Git LFS pointer of ${basename(modelFile)}, not the file: run git lfs pull.`);
  const poolingFile = inFolder(join(place.pooling, 'config.json'));
  const pooling = poolingFile === null ? null : poolingIn(folder, poolingFile);
  const settings = read(inFolder(join(place.transformer, 'sentence_bert_config.json')), transformerSchema);
  const tokenizerConfigFile =
    inFolder(join(place.transformer, 'tokenizer_config.json')) ?? inFolder('tokenizer_config.json');
  const maxTokens = Math.min(
    tokenLimit,
    settings?.max_seq_length ??
      Math.min(
        read(tokenizerConfigFile, tokenizerConfigSchema)?.model_max_length ?? tokenLimit,
        read(inFolder(join(place.transformer, 'config.json')), modelConfigSchema)?.max_position_embeddings ??
          tokenLimit,
      ),
  );
  const lowerCase = settings?.do_lower_case ?? false;
  const weights = inFolder(`${modelFile.slice(path.length + 1)}_data`);
  const files = [modelFile, tokenizerFile, ...(weights === null ? [] : [weights])];
  const digest = digestOf(files, JSON.stringify({ pooling, maxTokens, lowerCase }));
  return {
    path,
    name: `${basename(path).slice(0, 180)}@${digest}`,
    modelFile,
    tokenizerFile,
    tokenizerConfigFile,
    pooling,
    maxTokens,
    lowerCase,
  };
}

const defaultModules = [
  { type: 'Transformer', path: '' },
  { type: 'Pooling', path: '1_Pooling' },
];

/** The subfolders of the modules. Vectors are normalised anyway, so that it does not matter whether there is a `Normalize`. */
function placesOf(folder: string, modules: z.infer<typeof modulesSchema>) {
  const kindOf = ({ type }: { type: string }) => type.split('.').at(-1);
  const other = modules.find((each) => !['Transformer', 'Pooling', 'Normalize'].includes(kindOf(each) ?? ''));
  if (other)
    throw problem(
      folder,
      `names the module ${kindOf(other)} in modules.json; only Transformer, Pooling and Normalize are supported.`,
    );
  const pathOf = (kind: string, missing: string) => modules.find((each) => kindOf(each) === kind)?.path ?? missing;
  return { transformer: pathOf('Transformer', ''), pooling: pathOf('Pooling', '1_Pooling') };
}

/** The field of a pooling configuration for each way of pooling. After normalisation, the sum over √n is the mean too. */
const poolingFields: Readonly<Record<string, Pooling>> = {
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_mean_sqrt_len_tokens: 'mean',
  pooling_mode_cls_token: 'cls',
  pooling_mode_max_tokens: 'max',
};

function poolingIn(folder: string, file: string): Pooling {
  const config = readJson(folder, file, z.record(z.string(), z.unknown()));
  const on = Object.keys(config).filter((field) => field.startsWith('pooling_mode_') && config[field] === true);
  // the newer form has one field
  const named = typeof config.pooling_mode === 'string' ? [config.pooling_mode] : [];
  const wanted = named.length > 0 ? named : on;
  const [only] = wanted;
  const pooling = wanted.length === 1 && only ? (poolingFields[only] ?? poolingFields[fieldOf(only)]) : undefined;
  if (pooling === undefined)
    throw problem(
      folder,
      `asks for the pooling ${wanted.join(' and ') || '(none)'} in ${basename(join(file, '..'))}/config.json; supported is one of ${Object.keys(poolingFields).join(', ')}.`,
    );
  return pooling;
}

const fieldOf = (mode: string) => `pooling_mode_${mode}${mode === 'cls' ? '_token' : '_tokens'}`;

/** The problem of a folder, as an operator reads it. */
export const problem = (folder: string, what: string) =>
  new EmbeddingError(`CQ_EMBEDDING_MODEL_DIR (${folder}) ${what}`, 'setup');

function readJson<T>(folder: string, file: string, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw problem(folder, `holds a file that is no JSON: ${file} (${(error as Error).message}).`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw problem(
    folder,
    `holds a file of another form: ${file}, ${issue?.path.join('.') || 'the whole'}: ${issue?.message}.`,
  );
}

function isThere(path: string, kind: 'isFile' | 'isDirectory'): boolean {
  return statSync(path, { throwIfNoEntry: false })?.[kind]() ?? false;
}

/** What a clone without Git LFS has in place of a large file. */
const gitLfs = 'version https://git-lfs';

function firstBytes(file: string): string {
  const bytes = Buffer.alloc(gitLfs.length);
  for (const chunk of chunksOf(file, bytes)) return chunk.toString('latin1');
  return '';
}

function digestOf(files: readonly string[], settings: string): string {
  const hash = createHash('sha256').update(settings);
  const buffer = Buffer.alloc(1024 * 1024);
  for (const file of files) for (const chunk of chunksOf(file, buffer)) hash.update(chunk);
  return hash.digest('hex').slice(0, 12);
}

function* chunksOf(file: string, buffer: Buffer): Generator<Buffer> {
  const handle = openSync(file, 'r');
  try {
    for (;;) {
      const length = readSync(handle, buffer);
      if (length === 0) return;
      yield buffer.subarray(0, length);
    }
  } finally {
    closeSync(handle);
  }
}
