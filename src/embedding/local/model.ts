import { readFileSync } from 'node:fs';
import type { Tokenizer } from '@huggingface/tokenizers';
import type { InferenceSession } from 'onnxruntime-node';
import { type ModelFolder, problem } from './model-folder.ts';
import { loadPackages } from './packages.ts';
import { pool } from './pooling.ts';
import { type Encode, encoderOf } from './tokens.ts';

/** A loaded model. */
export interface Model {
  readonly encode: Encode;
  /** The vectors of texts, given as the ids of their tokens. Blocks the thread. */
  run(texts: readonly (readonly number[])[]): Promise<Float32Array[]>;
}

/**
 * Loads the model of a folder, and tries it with a text of full length. Throws `EmbeddingError` with the fault `setup`.
 * `threads` is how many threads compute one batch.
 */
export async function loadModel(folder: ModelFolder, threads: number): Promise<Model> {
  const { onnxruntime, tokenizers } = await loadPackages();
  const encode = attempt(folder, 'has a tokenizer.json that cannot be used', () => {
    const tokenizer = readTokenizer(folder, tokenizers.Tokenizer);
    return { tokenizer, encode: encoderOf(tokenizer, folder.maxTokens, folder.lowerCase) };
  });
  let session: InferenceSession;
  try {
    session = await onnxruntime.InferenceSession.create(folder.modelFile, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // memory for the largest batch is not kept
      enableCpuMemArena: false,
      // threads that wait do not keep a processor busy
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 4,
    });
  } catch (error) {
    throw problem(folder.path, `holds a model that cannot be loaded: ${firstLine(error)}`);
  }
  const inputs = inputsOf(folder, session);
  const output = outputOf(folder, session);
  const padding = paddingOf(encode.tokenizer, folder);

  async function run(texts: readonly (readonly number[])[]): Promise<Float32Array[]> {
    const tokens = Math.max(...texts.map(({ length }) => length));
    const tensor = (valueAt: (text: readonly number[], at: number) => number) => {
      const values = new BigInt64Array(texts.length * tokens);
      for (const [row, text] of texts.entries())
        for (let at = 0; at < tokens; at++) values[row * tokens + at] = BigInt(valueAt(text, at));
      return new onnxruntime.Tensor('int64', values, [texts.length, tokens]);
    };
    const values: Record<string, () => InstanceType<typeof onnxruntime.Tensor>> = {
      input_ids: () => tensor((text, at) => text[at] ?? padding),
      attention_mask: () => tensor((text, at) => (at < text.length ? 1 : 0)),
      token_type_ids: () => tensor(() => 0),
    };
    const feeds = Object.fromEntries(inputs.flatMap((name) => (values[name] ? [[name, values[name]()]] : [])));
    const answer = (await session.run(feeds, [output.name]))[output.name];
    if (!answer || !(answer.data instanceof Float32Array))
      throw new Error(`${output.name} is no tensor of 32-bit floats`);
    const { data, dims } = answer;
    const dimensions = dims.at(-1) ?? 0;
    if (output.pooling === null) return texts.map((_, row) => data.slice(row * dimensions, (row + 1) * dimensions));
    const { pooling } = output;
    return texts.map(({ length }, row) => pool({ data, tokens, dimensions }, row, length, pooling));
  }

  const full = encode.encode('a '.repeat(folder.maxTokens));
  try {
    await run([full]);
  } catch (error) {
    throw problem(folder.path, `holds a model that takes no text of ${full.length} tokens: ${firstLine(error)}`);
  }
  return { encode: encode.encode, run };
}

function readTokenizer(folder: ModelFolder, Constructor: typeof Tokenizer): Tokenizer {
  const json = (file: string | null) => (file === null ? {} : JSON.parse(readFileSync(file, 'utf8')));
  return new Constructor(json(folder.tokenizerFile), json(folder.tokenizerConfigFile));
}

/** The id that shorter texts of a batch are filled up with: some models tell padding by it, and not by the mask alone. */
function paddingOf(tokenizer: Tokenizer, { tokenizerFile, tokenizerConfigFile }: ModelFolder): number {
  const config = tokenizerConfigFile === null ? {} : JSON.parse(readFileSync(tokenizerConfigFile, 'utf8'));
  const token = config.pad_token?.content ?? config.pad_token;
  const named = typeof token === 'string' ? tokenizer.token_to_id(token) : undefined;
  return named ?? JSON.parse(readFileSync(tokenizerFile, 'utf8')).padding?.pad_id ?? 0;
}

const required = ['input_ids', 'attention_mask'];
const supported = [...required, 'token_type_ids'];

function inputsOf({ path }: ModelFolder, { inputNames, inputMetadata }: InferenceSession): readonly string[] {
  const isWrong = (name: string, at: number) => {
    const input = inputMetadata[at];
    return !supported.includes(name) || !input?.isTensor || input.type !== 'int64';
  };
  if (inputNames.some(isWrong) || !required.every((name) => inputNames.includes(name)))
    throw problem(
      path,
      `holds a model with the inputs ${described(inputNames, inputMetadata)}; supported are input_ids and attention_mask, and token_type_ids where the model has it, all of them int64.`,
    );
  return inputNames;
}

/** The output that is read, and how it is pooled: null where the model pools by itself. */
function outputOf({ path, pooling }: ModelFolder, { outputNames, outputMetadata }: InferenceSession) {
  const isFloat = (at: number) => {
    const output = outputMetadata[at];
    return output?.isTensor === true && output.type === 'float32';
  };
  const rank = (at: number) => {
    const output = outputMetadata[at];
    return output?.isTensor ? output.shape.length : 0;
  };
  const perToken = ['last_hidden_state', 'token_embeddings'];
  const named = outputNames.findIndex((name, at) => perToken.includes(name) && isFloat(at));
  const place = named === -1 ? outputNames.findIndex((_, at) => isFloat(at) && rank(at) === 3) : named;
  const name = outputNames[place];
  if (name !== undefined && pooling !== null) return { name, pooling };
  const pooled = outputNames.findIndex((each, at) => each === 'sentence_embedding' && isFloat(at));
  if (pooled !== -1) return { name: 'sentence_embedding', pooling: null };
  if (name !== undefined)
    throw problem(path, 'holds no 1_Pooling/config.json, which says how the vectors of tokens become one.');
  throw problem(
    path,
    `holds a model with the outputs ${described(outputNames, outputMetadata)}; supported are last_hidden_state, token_embeddings and sentence_embedding, of float32.`,
  );
}

function described(names: readonly string[], metadata: InferenceSession['inputMetadata']): string {
  return names.map((name, at) => `${name} (${metadata[at]?.isTensor ? metadata[at].type : 'no tensor'})`).join(', ');
}

function attempt<T>({ path }: ModelFolder, what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw problem(path, `${what}: ${firstLine(error)}`);
  }
}

const firstLine = (error: unknown) => (error as Error).message.split('\n')[0]?.slice(0, 300) ?? '';
