import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readTypeDefs } from '../../src/graphql/type-defs.ts';
import { startServer } from '../harness.ts';
import { temporaryFolder } from '../process.ts';

const compiler: string = createRequire(import.meta.url)('relay-compiler');

describe('a Relay application', () => {
  it('compiles against the schema, and its operations run', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.file('src'));
    cpSync(fileURLToPath(new URL('relay/review.js', import.meta.url)), folder.file('src/review.js'));
    writeFileSync(folder.file('schema.graphql'), readTypeDefs());
    const config = {
      src: './src',
      schema: './schema.graphql',
      language: 'javascript',
      eagerEsModules: true,
      noFutureProofEnums: true,
    };
    writeFileSync(folder.file('relay.config.json'), JSON.stringify(config));
    await promisify(execFile)(compiler, ['relay.config.json'], { cwd: folder.path });

    const made = readdirSync(folder.file('src/__generated__'));
    expect(made).toEqual(
      expect.arrayContaining(['reviewQueuePaginationQuery.graphql.js', 'reviewUnitRefetchQuery.graphql.js']),
    );
    expect(existsSync(folder.file('src/__generated__/reviewApproveMutation.graphql.js'))).toBe(true);

    // the text that the compiler made of them, which is what a Relay network layer sends
    await using server = await startServer();
    const unit = await server.unit({ status: 'pending' });
    const send = (name: string, variables: object) => {
      const file = readFileSync(folder.file(`src/__generated__/${name}.graphql.js`), 'utf8');
      const text: string = JSON.parse(/"text": (".*")/.exec(file)?.[1] ?? '""');
      return server.query(text, variables, server.people.reviewer.token);
    };
    const page = await send('reviewQueuePaginationQuery', { first: 1, after: null });
    expect(page.reviewQueue.edges).toMatchObject([
      { cursor: expect.any(String), node: { __typename: 'KnowledgeUnit', id: unit.id } },
    ]);
    expect((await send('reviewUnitRefetchQuery', { id: unit.id })).node).toMatchObject({ id: unit.id });
    const approved = await send('reviewApproveMutation', { input: { id: unit.id } });
    expect(approved.approveKnowledgeUnit).toMatchObject({ knowledgeUnit: { status: 'APPROVED' }, userErrors: [] });
    const again = await send('reviewApproveMutation', { input: { id: unit.id } });
    expect(again.approveKnowledgeUnit.userErrors).toMatchObject([
      { __typename: 'AlreadyReviewedError', code: 'ALREADY_REVIEWED', unit: { id: unit.id, status: 'APPROVED' } },
    ]);
    expect((await send('reviewListQuery', { filter: null, first: 5, after: null })).knowledgeUnits.edges).toHaveLength(
      1,
    );
  });
});
