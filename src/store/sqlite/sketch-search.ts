import type { Handle } from './connection.ts';
import { sketchBytes } from './sketch.ts';
import { createSketchMemory, type SketchMemory, sketchesPerPage } from './sketch-differences.ts';

/** What statements call it. */
export const sketchFunction = 'nearest_sketches';

/**
 * Sketches of documents below this id are held in memory, at most 128 MiB for each connection that searches by meaning. Statements
 * compare the others themselves.
 */
export const firstDocumentOnDisk = 2 ** 20;

/** The sketches of consecutive documents, as many as a page of memory can hold. */
interface Block {
  readonly version: number;
  readonly documents: readonly number[];
  readonly page: number;
}

/**
 * Defines a table function for the statements of a connection, `nearest_sketches(model, sketch, count, among)`: the `count`
 * documents whose sketches by the model differ least from the given one, as rows `(document, difference)`, ties to the lower document;
 * of those below `firstDocumentOnDisk` that `among` lists, with commas between, or `all`.
 *
 * A function cannot query its connection. So call what this returns before such a statement: it reads the sketches that have
 * changed, by the versions of blocks that triggers maintain (migration 21).
 */
export function defineSketchSearch(handle: Handle): () => void {
  const memory = createSketchMemory();
  const models = new Map<number, Map<number, Block>>();
  const freePages: number[] = [];
  let pages = 0;

  handle.table(sketchFunction, {
    columns: ['document', 'difference'],
    parameters: ['model', 'sketch', 'count', 'among'],
    directOnly: true,
    *rows(model: unknown, sketch: unknown, count: unknown, among: unknown) {
      const blocks = [...(models.get(Number(model))?.values() ?? [])];
      const wanted = among === 'all' ? null : new Set(String(among).split(',').map(Number));
      yield* nearest(memory, blocks, sketch as Uint8Array, Number(count), wanted);
    },
  });

  function readBlock(model: number, number: number, version: number, page: number): Block {
    const first = number * sketchesPerPage;
    // in one row: a row for each sketch takes several times as long
    const [documents, sketches] = handle
      .prepare(
        `select group_concat(document), unhex(group_concat(hex(bits), '')) from search_vector_bits
          where model_id = ? and document >= ? and document < ?`,
      )
      .raw()
      .get(model, first, first + sketchesPerPage) as [string | null, Uint8Array | null];
    if (sketches) memory.write(page, sketches);
    return { version, documents: documents?.split(',').map(Number) ?? [], page };
  }

  return () => {
    const versions = handle
      .prepare('select model_id, block, version from search_sketch_blocks where block < ? order by model_id, block')
      .raw()
      .all(firstDocumentOnDisk / sketchesPerPage) as [number, number, number][];
    const before = new Map([...models].map(([model, blocks]) => [model, new Map(blocks)]));
    models.clear();
    for (const [model, number, version] of versions) {
      const known = before.get(model)?.get(number);
      before.get(model)?.delete(number);
      const current =
        known?.version === version
          ? known
          : readBlock(model, number, version, known?.page ?? freePages.pop() ?? ++pages);
      const blocks = models.get(model) ?? new Map<number, Block>();
      models.set(model, blocks.set(number, current));
    }
    for (const blocks of before.values()) for (const { page } of blocks.values()) freePages.push(page);
  };
}

function* nearest(
  memory: SketchMemory,
  blocks: readonly Block[],
  sketch: Uint8Array,
  count: number,
  among: ReadonlySet<number> | null,
): Generator<[document: number, difference: number]> {
  const found: number[] = [];
  const differences: number[] = [];
  const histogram = new Uint32Array(sketchBytes * 8 + 1);
  for (const { page, documents } of blocks) {
    const block = memory.differences(page, documents.length, sketch);
    for (let at = 0; at < documents.length; at++) {
      const document = documents[at] as number;
      if (among && !among.has(document)) continue;
      const difference = block[at] as number;
      found.push(document);
      differences.push(difference);
      histogram[difference] = (histogram[difference] as number) + 1;
    }
  }
  // the greatest difference among the nearest, and how many with it are
  let [greatest, left] = [0, count];
  while (greatest < histogram.length && left > (histogram[greatest] as number)) left -= histogram[greatest++] as number;
  for (let at = 0; at < found.length; at++) {
    const difference = differences[at] as number;
    if (difference < greatest || (difference === greatest && left-- > 0)) yield [found[at] as number, difference];
  }
}
