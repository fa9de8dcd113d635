import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes a small sentence-transformers model in ONNX form: a table with a vector for each word, with no network behind it. The
 * format is https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */

/** The vectors of the words, of four numbers; other words are `[UNK]`. */
export const words: Readonly<Record<string, readonly number[]>> = {
  '[PAD]': [9, 9, 9, 9],
  '[UNK]': [0, 0, 0, 1],
  '[CLS]': [0, 0, 0.5, 0],
  '[SEP]': [0, 0, 0, 0],
  cat: [1, 0, 0, 0],
  feline: [1, 0, 0, 0],
  car: [0, 1, 0, 0],
  automobile: [0, 1, 0, 0],
  query: [0, 0, 1, 0],
  a: [0, 0, 0, 0],
  '##s': [0, 0, 0, 0],
};
const dimensions = 4;

export interface ModelParts {
  readonly inputs?: readonly string[];
  readonly output?: string;
  /** The only length of texts that the model takes, besides one token. */
  readonly onlyTokens?: number;
  /** The model's largest token id, less than the words need: other ids make it fail. */
  readonly rows?: number;
}

/** The files of a model folder by their paths; `undefined` leaves one out. */
export type ModelFiles = Readonly<Record<string, string | Uint8Array | undefined>>;

export function modelFiles(parts: ModelParts = {}): ModelFiles {
  return {
    'modules.json': JSON.stringify([
      { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
      { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
      { idx: 2, name: '2', path: '2_Normalize', type: 'sentence_transformers.models.Normalize' },
    ]),
    'sentence_bert_config.json': JSON.stringify({ max_seq_length: 8, do_lower_case: false }),
    'tokenizer_config.json': JSON.stringify({ pad_token: '[PAD]', tokenizer_class: 'BertTokenizer' }),
    'tokenizer.json': JSON.stringify(tokenizer),
    '1_Pooling/config.json': pooling('mean_tokens'),
    'onnx/model.onnx': onnx(parts),
  };
}

/** Writes files to a folder. */
export function writeModel(folder: string, files: ModelFiles = modelFiles()): string {
  for (const [path, content] of Object.entries(files)) {
    if (content === undefined) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** A pooling configuration with these modes on. */
export const pooling = (...on: readonly string[]) =>
  JSON.stringify({
    word_embedding_dimension: dimensions,
    ...Object.fromEntries(
      [...new Set(['cls_token', 'mean_tokens', 'max_tokens', 'mean_sqrt_len_tokens', ...on])].map((mode) => [
        `pooling_mode_${mode}`,
        on.includes(mode),
      ]),
    ),
  });

const vocabulary = Object.fromEntries(Object.keys(words).map((word, id) => [word, id]));
const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const template = (id: string) => ({ SpecialToken: { id, type_id: 0 } });

const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: special.map((content) => ({
    id: vocabulary[content],
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [template('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, template('[SEP]')],
    pair: [],
    special_tokens: Object.fromEntries(
      ['[CLS]', '[SEP]'].map((id) => [id, { id, ids: [vocabulary[id]], tokens: [id] }]),
    ),
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: vocabulary,
  },
};

const [float, int64] = [1, 7];

function onnx({
  inputs = ['input_ids', 'attention_mask', 'token_type_ids'],
  output = 'last_hidden_state',
  onlyTokens,
  rows = Object.keys(words).length,
}: ModelParts): Uint8Array {
  const table = tensor('table', [rows, dimensions], Object.values(words).slice(0, rows).flat());
  const [ids = ''] = inputs;
  // the model of one output per text pools by itself
  const isPooled = output === 'sentence_embedding';
  const gathered = onlyTokens === undefined && !isPooled ? output : 'gathered';
  const nodes = [node('Gather', ['table', ids], gathered)];
  const tensors = [table];
  if (isPooled) nodes.push(node('ReduceMean', [gathered], output, { axes: [1], keepdims: [0] }));
  if (onlyTokens !== undefined) {
    nodes.push(node('Add', [gathered, 'zeros'], output));
    tensors.push(tensor('zeros', [1, onlyTokens, dimensions], Array(onlyTokens * dimensions).fill(0)));
  }
  const graph = message(
    ...nodes.map((each) => field(1, each)),
    field(2, 'graph'),
    ...tensors.map((each) => field(5, each)),
    ...inputs.map((name) => field(11, value(name, int64, ['batch', 'sequence']))),
    field(12, value(output, float, isPooled ? ['batch', dimensions] : ['batch', 'sequence', dimensions])),
  );
  return message(field(1, 8), field(7, graph), field(8, message(field(1, ''), field(2, 17))));
}

const node = (
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, readonly number[]>> = {},
) =>
  message(
    ...inputs.map((name) => field(1, name)),
    field(2, output),
    field(4, type),
    ...Object.entries(attributes).map(([name, values]) => field(5, attribute(name, values))),
  );

/** A list of integers, or for `keepdims` one. */
const attribute = (name: string, values: readonly number[]) =>
  name === 'keepdims'
    ? message(field(1, name), field(20, 2), ...values.map((each) => field(3, each)))
    : message(field(1, name), field(20, 7), ...values.map((each) => field(8, each)));

const tensor = (name: string, dims: readonly number[], data: readonly number[]) =>
  message(
    ...dims.map((dim) => field(1, dim)),
    field(2, float),
    field(8, name),
    field(9, new Uint8Array(Float32Array.from(data).buffer)),
  );

const value = (name: string, type: number, shape: readonly (string | number)[]) =>
  message(
    field(1, name),
    field(
      2,
      message(
        field(
          1,
          message(
            field(1, type),
            field(2, message(...shape.map((dim) => field(1, message(field(typeof dim === 'string' ? 2 : 1, dim)))))),
          ),
        ),
      ),
    ),
  );

const message = (...fields: readonly Uint8Array[]): Uint8Array => Buffer.concat(fields);

/** A field of a protobuf message: a number as a varint, else with its length. */
function field(number: number, content: number | string | Uint8Array): Uint8Array {
  if (typeof content === 'number') return Buffer.from([...varint(number * 8), ...varint(content)]);
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
}

function varint(of: number): number[] {
  return of < 128 ? [of] : [(of % 128) + 128, ...varint(Math.floor(of / 128))];
}
