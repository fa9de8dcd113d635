import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEmbedding } from '../../src/config/embedding.ts';
import type { Embedder } from '../../src/embedding/embedder.ts';
import { readModelFolder } from '../../src/embedding/local/model-folder.ts';
import { createModelThread } from '../../src/embedding/local/model-threads.ts';
import { openEmbedder } from '../../src/embedding/open-embedder.ts';
import { probe } from '../../src/embedding/probe.ts';
import { startServer } from '../harness.ts';
import { run, startProcess, temporaryFolder } from '../process.ts';
import { onBoth, until } from './both-databases.ts';
import { type ModelFiles, modelFiles, pooling, writeModel } from './local-model.ts';
import { failureOf, rounded } from './provider-fixture.ts';

let folder: ReturnType<typeof temporaryFolder>;
let count = 0;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder[Symbol.dispose]());

const write = (files: ModelFiles) => writeModel(folder.file(`model-${count++}`), files);

const variables = (path: string) => ({ CQ_EMBEDDING_PROVIDER: 'local', CQ_EMBEDDING_MODEL_DIR: path });

function embedderOf(files: ModelFiles = modelFiles(), environment: Record<string, string> = {}): Embedder {
  const config = readEmbedding({ ...variables(write(files)), ...environment }, null);
  if (!config) throw new Error('no provider');
  return openEmbedder(config);
}

const normalised = (...vector: number[]) => vector.map((value) => value / Math.hypot(...vector));

describe('the local embedder', () => {
  it('answers the mean of the vectors of a text’s tokens, padding left out, as unit vectors in the order of the texts', async () => {
    const vectors = await embedderOf().embed(['feline car unheard car', 'Cats', 'a automobile', 'cat car'], 'document');
    expect(rounded(vectors)).toEqual(
      rounded([normalised(1, 2, 0.5, 1), normalised(1, 0, 0.5, 0), normalised(0, 1, 0.5, 0), normalised(1, 1, 0.5, 0)]),
    );
  });

  it('answers the same for one text as for many', async () => {
    const embedder = embedderOf();
    const texts = Array.from({ length: 700 }, (_, at) => ['cat', 'car a', 'feline x y z', 'car cat car'][at % 4] ?? '');
    const all = await embedder.embed(texts, 'document');
    for (const at of [0, 1, 2, 3, 697, 699])
      expect(rounded(await embedder.embed([texts[at] ?? ''], 'document'))).toEqual(
        rounded([all[at] ?? []].map((v) => [...v])),
      );
  });

  it.for([
    ['cls_token', normalised(0, 0, 0.5, 0)],
    ['max_tokens', normalised(1, 1, 0.5, 0)],
    ['mean_sqrt_len_tokens', normalised(1, 2, 0.5, 0)],
  ] as const)('pools by %s', async ([mode, expected]) => {
    const embedder = embedderOf({ ...modelFiles(), '1_Pooling/config.json': pooling(mode) });
    // the second is longer: the first is padded
    const [vector = new Float32Array()] = await embedder.embed(['cat car car', 'a a a a a a'], 'document');
    expect(rounded([vector])).toEqual(rounded([expected]));
  });

  it('takes the newer form of a pooling configuration, and a model that pools by itself', async () => {
    const newer = embedderOf({ ...modelFiles(), '1_Pooling/config.json': '{"pooling_mode": "mean"}' });
    const itself = embedderOf({
      ...modelFiles({ output: 'sentence_embedding' }),
      '1_Pooling/config.json': undefined,
      'modules.json': undefined,
      'tokenizer_config.json': undefined,
      'sentence_bert_config.json': undefined,
    });
    for (const embedder of [newer, itself])
      expect(rounded(await embedder.embed(['cat', 'car'], 'query'))).toEqual(
        rounded([normalised(1, 0, 0.5, 0), normalised(0, 1, 0.5, 0)]),
      );
  });

  it('reads as many tokens of a text as the model takes, its special ones kept', async () => {
    const embedder = embedderOf({ ...modelFiles({ onlyTokens: 8 }) });
    const [long = new Float32Array()] = await embedder.embed(['cat car cat car cat car x x x x'], 'query');
    expect(rounded([long])).toEqual(rounded([normalised(3, 3, 0.5, 0)]));
  });

  it('puts prefixes before texts, and finds out the dimensions', async () => {
    const embedder = embedderOf(modelFiles(), {
      CQ_EMBEDDING_QUERY_PREFIX: 'query ',
      CQ_EMBEDDING_DOCUMENT_PREFIX: 'car ',
    });
    expect(rounded(await embedder.embed(['cat'], 'query'))).toEqual(rounded([normalised(1, 0, 1.5, 0)]));
    expect(rounded(await embedder.embed(['cat'], 'document'))).toEqual(rounded([normalised(1, 1, 0.5, 0)]));
    expect((await probe(embedder)).model.dimensions).toBe(4);
    expect(
      (await failureOf(embedderOf(modelFiles(), { CQ_EMBEDDING_DIMENSIONS: '5' }).embed(['cat'], 'query'))).fault,
    ).toBe('setup');
  });

  it('has a name that changes with the model', () => {
    const files = modelFiles();
    const at = (name: string, changes: ModelFiles) =>
      readModelFolder(writeModel(folder.file(`${name}/all-small`), { ...files, ...changes })).name;
    const name = at('one', {});
    expect(name).toMatch(/^all-small@[0-9a-f]{12}$/);
    expect(at('two', {})).toBe(name);
    expect(at('three', { 'onnx/model.onnx': modelFiles({ onlyTokens: 8 })['onnx/model.onnx'] })).not.toBe(name);
    expect(at('four', { '1_Pooling/config.json': pooling('cls_token') })).not.toBe(name);
  });

  it('computes one text beside a batch', async () => {
    const files = { ...modelFiles(), 'sentence_bert_config.json': JSON.stringify({ max_seq_length: 512 }) };
    const embedder = embedderOf(files, { CQ_EMBEDDING_BATCH: '2048' });
    await embedder.embed(['cat'], 'query');
    const stop = new AbortController();
    let done = false;
    // endless, compared with one text
    const batch = embedder.embed(Array(2048).fill('cat '.repeat(500)), 'document', stop.signal).finally(() => {
      done = true;
    });
    batch.catch(() => {});
    await embedder.embed(['car'], 'query');
    expect(done).toBe(false);
    stop.abort();
    expect((await failureOf(batch)).fault).toBe('service');
    expect(await embedder.embed(['cat', 'car'], 'document')).toHaveLength(2);
  });

  it('says that a text took too long', async () => {
    const embedder = embedderOf(modelFiles(), { CQ_EMBEDDING_TIMEOUT_MS: '100', CQ_EMBEDDING_BATCH: '2048' });
    const failure = await failureOf(embedder.embed(Array(2048).fill('cat car '.repeat(2000)), 'document'));
    expect(failure).toMatchObject({ fault: 'service', message: expect.stringMatching(/took longer than 100 ms/) });
  });

  it('refuses a text that the model fails for, and goes on', async () => {
    const embedder = embedderOf(modelFiles({ rows: 10 }));
    expect(await failureOf(embedder.embed(['cats'], 'document'))).toMatchObject({ fault: 'text' });
    expect(await embedder.embed(['cat'], 'document')).toHaveLength(1);
  });

  it('ends a thread that is idle, and starts another with the next call', async () => {
    const model = readModelFolder(write(modelFiles()));
    const thread = createModelThread({ folder: model, threads: 1, niceness: 0, idleMs: 1, timeoutMs: 60_000 });
    // a worker has a port
    const ports = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    const before = ports();
    for (const text of ['cat', 'car']) {
      expect(await thread.embed([text], AbortSignal.timeout(60_000))).toHaveLength(1);
      await until(
        async () => ports(),
        (now) => now <= before,
      );
    }
  });
});

const modules = (...types: string[]) =>
  JSON.stringify(
    types.map((type, idx) => ({
      idx,
      name: String(idx),
      path: idx === 0 ? '' : `${idx}_${type}`,
      type: `sentence_transformers.models.${type}`,
    })),
  );

/** Folders that cannot be used, and what is said of them. */
const unusable: Readonly<Record<string, readonly [ModelFiles, RegExp]>> = {
  'no tokenizer': [{ 'tokenizer.json': undefined }, /holds no tokenizer\.json\.$/],
  'no model': [{ 'onnx/model.onnx': undefined }, /holds neither onnx\/model\.onnx nor model\.onnx/],
  'no pooling': [{ '1_Pooling/config.json': undefined }, /holds no 1_Pooling\/config\.json/],
  'pooling that is not supported': [
    { '1_Pooling/config.json': pooling('weightedmean_tokens') },
    /asks for the pooling pooling_mode_weightedmean_tokens in 1_Pooling\/config\.json; supported is one of/,
  ],
  'two ways of pooling': [
    { '1_Pooling/config.json': pooling('mean_tokens', 'max_tokens') },
    /asks for the pooling pooling_mode_mean_tokens and pooling_mode_max_tokens/,
  ],
  'a module that is not supported': [
    { 'modules.json': modules('Transformer', 'Pooling', 'Dense') },
    /names the module Dense in modules\.json/,
  ],
  'a file that is no JSON': [{ 'sentence_bert_config.json': 'x' }, /is no JSON: .*sentence_bert_config\.json/],
  'a file of another form': [
    { 'sentence_bert_config.json': '{"max_seq_length": "many"}' },
    /sentence_bert_config\.json, max_seq_length/,
  ],
  'a pointer of Git LFS': [
    { 'onnx/model.onnx': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n' },
    /Git LFS pointer of model\.onnx/,
  ],
  'a file that is no model': [{ 'onnx/model.onnx': 'hello' }, /holds a model that cannot be loaded: ./],
  'other inputs': [
    { 'onnx/model.onnx': modelFiles({ inputs: ['input_ids', 'offsets'] })['onnx/model.onnx'] },
    /with the inputs input_ids \(int64\), offsets \(int64\); supported are/,
  ],
  'no attention mask': [
    { 'onnx/model.onnx': modelFiles({ inputs: ['input_ids'] })['onnx/model.onnx'] },
    /with the inputs input_ids \(int64\); supported are/,
  ],
  'a model that takes shorter texts': [
    { 'onnx/model.onnx': modelFiles({ onlyTokens: 5 })['onnx/model.onnx'] },
    /takes no text of 8 tokens: ./,
  ],
  'a tokenizer of another kind': [
    { 'tokenizer.json': '{"model": {"type": "Magic"}}' },
    /tokenizer\.json that cannot be used/,
  ],
};

describe('a model folder', () => {
  it.for(Object.entries(unusable))(
    'with %s cannot be used, which is said in one sentence',
    async ([, [changes, said]]) => {
      const path = write({ ...modelFiles(), ...changes });
      const config = readEmbedding(variables(path), null);
      if (!config) throw new Error('no provider');
      const failure = await failureOf((async () => probe(openEmbedder(config)))());
      expect(failure.message).toMatch(said);
      expect(failure.message).toContain(`CQ_EMBEDDING_MODEL_DIR (${path})`);
      expect(failure.message).not.toContain('\n');
      expect(failure.fault).toBe('setup');
    },
  );

  it('that is not there cannot be used', async () => {
    const config = readEmbedding(variables(folder.file('nowhere')), null);
    if (!config) throw new Error('no provider');
    expect(() => openEmbedder(config)).toThrow(/nowhere\) is no folder/);
  });

  it('is checked by check-config and at start', async () => {
    const good = { ...variables(write(modelFiles())), CQ_DB_PATH: folder.file('cq.db') };
    const checked = await run(['check-config', '--connect'], good);
    expect(checked).toMatchObject({ code: 0 });
    expect(checked.stderr).toMatch(/local \(model-\d+@[0-9a-f]+\) answers with vectors of 4 numbers/);
    for (const files of [{ 'tokenizer.json': undefined }, { 'onnx/model.onnx': 'hello' }]) {
      const bad = { ...good, ...variables(write({ ...modelFiles(), ...files })) };
      for (const command of ['check-config', 'serve']) {
        const { code, stderr } = await run([command], { ...bad, CQ_PORT: '0' });
        expect(code).toBe(78);
        expect(stderr).toMatch(/^cq-server: CQ_EMBEDDING_MODEL_DIR \(.*\) .*\n$/);
      }
    }
  });

  it('serves a program that ends when it is told to', async () => {
    const server = await startProcess({ ...variables(write(modelFiles())), CQ_DB_PATH: folder.file('ends.db') });
    expect((await server.stop()).code).toBe(0);
  });
});

onBoth('search by a local model', ({ open }) => {
  it('finds what is meant', async () => {
    await using database = await open();
    await using server = await startServer({
      ...database.environment,
      ...variables(write(modelFiles())),
      // long, since other tests keep the machine busy
      CQ_EMBEDDING_QUERY_TIMEOUT_MS: '60000',
    });
    const { id } = await server.unit({ insight: { summary: 'feline', detail: 'a', action: 'a' } });
    await server.unit({ insight: { summary: 'automobile', detail: 'a', action: 'a' } });
    const query = '{ search(text: "cats", mode: SEMANTIC, first: 1) { effectiveMode nodes { id } } }';
    const { search } = await until(
      () => server.query(query),
      ({ search }) => search.effectiveMode === 'SEMANTIC' && search.nodes.length > 0,
    );
    expect(search.nodes).toEqual([{ id }]);
  });
});
