import { sql } from 'kysely';
import { type QueryVector, similarityScale, type Vectors } from '../sql/embeddings/vectors.ts';
import { sketchOf } from './sketch.ts';
import { firstDocumentOnDisk, sketchFunction } from './sketch-search.ts';

/** How many rows are reranked by exact cosine: the nearest by sketch, four times `maxNearestNeighbours`, before the filter. */
const overfetch = 400;

/**
 * Vectors on sqlite-vec: 32-bit floats, little-endian, in one table, and a binary sketch (LSH) of each in another. A search
 * compares all sketches by Hamming distance, in memory where there is room, then reranks the `overfetch` nearest by cosine. See decision 12.
 */
export function createVectors(name: string): Vectors {
  return {
    name,
    // the engine is a part of this program
    problem: null,
    use: (work) => work(),
    async put(tx, modelId, vectors) {
      for (const { unitId, vector } of vectors) {
        await sql`
          insert into search_vectors (model_id, document, vector)
          select ${modelId}, id, ${bytes(vector)} from search_documents where unit_id = ${unitId}
          on conflict (model_id, document) do update set vector = excluded.vector`.execute(tx);
        await sql`
          insert into search_vector_bits (model_id, document, bits)
          select ${modelId}, id, ${sketchOf(vector)} from search_documents where unit_id = ${unitId}
          on conflict (model_id, document) do update set bits = excluded.bits`.execute(tx);
      }
    },

    async remove(tx, modelId, limit) {
      const some = sql`model_id = ${modelId} and document in (
        select document from search_vector_bits where model_id = ${modelId} order by document limit ${limit})`;
      await sql`delete from search_vectors where ${some}`.execute(tx);
      const { numAffectedRows = 0n } = await sql`delete from search_vector_bits where ${some}`.execute(tx);
      if (numAffectedRows < limit) await sql`delete from search_sketch_blocks where model_id = ${modelId}`.execute(tx);
      return Number(numAffectedRows);
    },

    async find(db, modelId, unitId) {
      const { rows } = await sql<{ vector: Uint8Array }>`
        select vector from search_documents document
          join search_vectors on search_vectors.document = document.id and model_id = ${modelId}
         where document.unit_id = ${unitId}`.execute(db);
      return rows[0] ? floats(rows[0].vector) : null;
    },

    async sample(db, modelId, limit) {
      const { rows } = await sql<{ vector: Uint8Array }>`
        select vector from search_vectors where model_id = ${modelId} and document in (
          select document from search_vector_bits where model_id = ${modelId} order by random() limit ${sql.lit(limit)})`.execute(
        db,
      );
      return rows.map(({ vector }) => floats(vector));
    },

    units: (modelId) => sql`
      select document.unit_id from search_vector_bits bits
        join search_documents document on document.id = bits.document where bits.model_id = ${sql.lit(modelId)}`,

    // sketches are compared one by one, and need no index
    hasIndex: async () => true,
    indexProblem: async () => null,
    buildIndex: async () => null,
    dropIndexes: async () => {},

    // CROSS JOIN fixes SQLite's join order. The filter is a correlated subquery for each row: SQLite would materialise an `in`
    // list first. For a selective filter that is what to do: the global top `overfetch` would rarely pass.
    approximateSearch: (query, among, _limit, selective) =>
      selective
        ? sql`
            with passing (document) as materialized (
              select document.id from ${among} unit cross join search_documents document on document.unit_id = unit.id)
            select document.unit_id, ${similarity(query)} as similarity
              from (${nearestSketches(query, { list: sql`(select coalesce(group_concat(document), '') from passing)`, condition: sql`and document in passing` })}) hit
              cross join search_documents document on document.id = hit.document
              ${vectorOf(query)}`
        : sql`
            select document.unit_id, ${similarity(query)} as similarity
              from (${nearestSketches(query)}) hit
              cross join search_documents document on document.id = hit.document
              ${vectorOf(query)}
             where (select true from ${among} unit where unit.id = document.unit_id)`,

    exactSearch: (query, among) => sql`
      select document.unit_id, ${similarity(query)} as similarity
        from ${among} unit
        cross join search_documents document on document.unit_id = unit.id
        cross join search_vectors on search_vectors.model_id = ${sql.lit(query.modelId)} and search_vectors.document = document.id`,
  };
}

const all = { list: sql`'all'`, condition: sql`` };

/** SQL rows `(document)`: the `overfetch` that differ least from the query, of those in memory and of those on the disk. */
function nearestSketches({ modelId, vector }: QueryVector, among = all) {
  const model = sql.lit(modelId);
  const sketch = sketchOf(vector);
  const count = sql.lit(overfetch);
  return sql`
    select document from (
      select document, difference from ${sql.raw(sketchFunction)}(${model}, ${sketch}, ${count}, ${among.list})
      union all
      select document, vec_distance_hamming(vec_bit(bits.bits), vec_bit(${sketch})) from search_vector_bits bits
       where model_id = ${model} and document >= ${sql.lit(firstDocumentOnDisk)} ${among.condition}) sketched
     order by difference, document limit ${count}`;
}

const vectorOf = ({ modelId }: QueryVector) =>
  sql`cross join search_vectors on search_vectors.model_id = ${sql.lit(modelId)} and search_vectors.document = hit.document`;

const similarity = ({ vector }: QueryVector) =>
  sql`cast(round((1 - vec_distance_cosine(search_vectors.vector, ${bytes(vector)})) * ${sql.lit(similarityScale)}) as integer)`;

/** A copy, since a Buffer may start at an offset that is not a multiple of 4. */
const floats = (vector: Uint8Array) => new Float32Array(Uint8Array.from(vector).buffer);

const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength);
