import { afterAll, beforeAll, expect, it } from 'vitest';
import { newUnitId } from '../../src/domain/ids.ts';
import { startServer, type TestServer } from '../harness.ts';
import { keepInQuarantine } from '../store/conformance/quarantine.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const admitMutation = `mutation ($input: AdmitQuarantinedRowInput!) { admitQuarantinedRow(input: $input) {
  knowledgeUnit { id status } userErrors { code path message } } }`;

const insight = { summary: 's', detail: 'd', action: 'a' };
const aRow = (changes: object = {}) => {
  const at = '2026-01-01T00:00:00Z';
  const reviewed = { status: 'approved', reviewed_by: 'rob', reviewed_at: at };
  return {
    id: newUnitId(),
    data: JSON.stringify({ insight }),
    created_at: at,
    domains: ['api'],
    ...reviewed,
    ...changes,
  };
};

const admit = async (id: number, repaired: string | null) => {
  const variables = { input: { id: `qua_${id}`, repaired } };
  const { body } = await server.send({ query: admitMutation, variables }, server.people.admin.token);
  return body.errors ?? body.data.admitQuarantinedRow;
};

const refused = (reason: RegExp) => ({
  knowledgeUnit: null,
  userErrors: [{ code: 'INVALID_INPUT', path: ['repaired'], message: expect.stringMatching(reason) }],
});

it('a column that no database would have is refused by its name, and the row stays', async () => {
  const kept = await keepInQuarantine(server.store, JSON.stringify(aRow()));
  const wrong: [object, RegExp][] = [
    [{ reviewed_by: 7 }, /unit: reviewed_by: .*string/],
    [{ reviewed_by: 'a\0b' }, /unit: reviewed_by: holds NUL/],
    [{ reviewed_by: 'a\ud800' }, /unit: reviewed_by: holds NUL/],
    [{ domains: 'api' }, /unit: domains: .*array/],
    [{ domains: ['api', 1] }, /unit: domains\.1: .*string/],
    [{ domains: ['a\0b'] }, /unit: domains\.0: holds NUL/],
    [{ id: null }, /unit: id: .*string/],
    [{ status: null }, /unit: status: .*string/],
    [{ data: { insight } }, /unit: data: .*string/],
    [{ created_at: {} }, /unit: created_at: no instant/],
  ];
  for (const [changes, reason] of wrong)
    expect([changes, await admit(kept, JSON.stringify(aRow(changes)))]).toEqual([changes, refused(reason)]);
  expect(await server.store.quarantine.find(kept)).not.toBeNull();
  expect(await admit(kept, null)).toMatchObject({ knowledgeUnit: { status: 'APPROVED' }, userErrors: [] });
});

it('what is no row can be repaired by a whole one', async () => {
  for (const content of ['no JSON', 'null', '5', '[]', '{}']) {
    const kept = await keepInQuarantine(server.store, content);
    for (const repaired of [null, '{"data":"{}"}', JSON.stringify({ insight, domains: ['api'] })])
      expect(await admit(kept, repaired)).toEqual(refused(/^The row cannot be read as a unit: /));
    const row = aRow({ reviewed_by: undefined, reviewed_at: undefined, created_at: undefined });
    expect(await admit(kept, JSON.stringify(row))).toEqual({
      knowledgeUnit: { id: row.id, status: 'APPROVED' },
      userErrors: [],
    });
  }
});

it('of two administrators who admit and discard a row at once one does, and the other one is told so', async () => {
  for (let round = 0; round < 5; round++) {
    const row = aRow();
    const kept = await keepInQuarantine(server.store, JSON.stringify(row));
    const discardMutation = `mutation { discardQuarantinedRow(input: { id: "qua_${kept}" }) { userErrors { code } } }`;
    const discard = async () =>
      (await server.query(discardMutation, {}, server.people.admin.token)).discardQuarantinedRow;
    const answers = await Promise.all([admit(kept, null), discard(), admit(kept, null), discard()]);
    const codes = answers.map(({ userErrors }) => userErrors.map(({ code }: { code: string }) => code).join());
    expect(codes.toSorted()).toEqual(['', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
    const isAdmitted = codes[0] === '' || codes[2] === '';
    expect((await server.store.units.find(row.id)) !== null).toBe(isAdmitted);
  }
});
