import { describe, expect, it, test } from 'vitest';
import { graphqlSchema } from '../../src/graphql/schema.ts';
import { createWebhookDocuments, isProblem } from '../../src/graphql/webhook-documents.ts';
import { readyDocument } from '../../src/webhooks/messages.ts';
import type { WebhookFragment } from '../../web/src/gql/graphql.ts';
import { draftOf, inputOf, startFrom } from '../../web/src/pages/webhooks/draft.ts';
import { kinds, templates } from '../../web/src/pages/webhooks/templates.ts';

const read = createWebhookDocuments({ schema: graphqlSchema(), maxCost: 1000 });

test.for(templates)('the subscription for “$label” is one that the server takes', ({ document, variables }) => {
  expect(isProblem(read({ document, variables: JSON.stringify(variables) }))).toBe(false);
});

test('what channels may be told are events that there are', () => {
  const variables = JSON.stringify({ filter: { types: kinds.map(({ type }) => type) } });
  expect(isProblem(read({ document: readyDocument, variables }))).toBe(false);
});

describe('a draft', () => {
  const webhook = {
    ...{ id: 'whk_1', name: 'n', url: 'https://x.example', format: 'SLACK', document: 'of the format' },
    variables: { filter: { types: ['FLAGGED', 'RETIRED'], domains: ['api'] } },
  } as unknown as WebhookFragment;

  it('of a channel keeps what it is told otherwise, and sends no document', () => {
    const draft = draftOf(webhook);
    expect(draft.types).toEqual(['FLAGGED', 'RETIRED']);
    expect(inputOf({ ...draft, types: ['REVISED'] }).input).toEqual({
      ...{ name: 'n', url: 'https://x.example', format: 'SLACK' },
      variables: { filter: { types: ['REVISED'], domains: ['api'] } },
    });
  });

  it('begins with the first subscription, and takes another one on', () => {
    const { document, variables } = draftOf(null);
    expect([document, JSON.parse(variables)]).toEqual([templates[0]?.document, templates[0]?.variables]);
    const last = templates.at(-1);
    expect(startFrom(draftOf(null), last?.label ?? '').document).toBe(last?.document);
  });

  it.for(['{', '[]', '1', 'null'])('says that variables must be an object: %s', (variables) => {
    const { input, problem } = inputOf({ ...draftOf(null), variables });
    expect([input, problem]).toEqual([undefined, expect.stringMatching(/^variables must be a JSON object: /)]);
  });

  it('has no variables where none are written', () => {
    expect(inputOf({ ...draftOf(null), variables: ' ' }).input?.variables).toEqual({});
  });
});
