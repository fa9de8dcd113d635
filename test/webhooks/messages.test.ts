import { describe, expect, it } from 'vitest';
import type { Webhook, WebhookDelivery } from '../../src/store/store.ts';
import { bodyOf, testBody } from '../../src/webhooks/bodies.ts';

const page = (id: string) => `https://cq.example.com/units/${id}`;

const told = (type: string, summary: string) => ({
  type: 'knowledgeEvents',
  at: new Date(0),
  json: JSON.stringify({
    data: {
      knowledgeEvents: {
        activity: {
          type,
          actor: { username: 'kim' },
          knowledgeUnit: { id: 'ku_1', domains: ['api', 'go'], insight: { summary } },
        },
      },
    },
  }),
});

const body = (format: Webhook['format'], summary: string, pageOf: (id: string) => string | null = page) =>
  JSON.parse(bodyOf({ format } as Webhook, told('PROPOSED', summary), pageOf));

describe('messages for people', () => {
  it('are blocks for Slack, in which nothing is markup', () => {
    expect(body('slack', 'Say <!channel> & *more*')).toEqual({
      text: 'A lesson waits for review\nSay &lt;!channel&gt; &amp; *more*\napi, go · by kim',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'A lesson waits for review', emoji: false } },
        { type: 'section', text: { type: 'plain_text', text: 'Say <!channel> & *more*', emoji: false } },
        { type: 'section', text: { type: 'plain_text', text: 'api, go · by kim', emoji: false } },
        {
          type: 'actions',
          elements: [{ type: 'button', text: { type: 'plain_text', text: 'Open', emoji: false }, url: page('ku_1') }],
        },
      ],
    });
  });

  it('are an adaptive card for Teams, in which nothing is markup', () => {
    const { type, attachments } = body('teams', '[a](https://b)');
    expect([type, attachments.length, attachments[0].contentType]).toEqual([
      'message',
      1,
      'application/vnd.microsoft.card.adaptive',
    ]);
    const { body: blocks, actions } = attachments[0].content;
    expect(blocks.map((block: { type: string; inlines: object[] }) => [block.type, block.inlines])).toEqual([
      ['RichTextBlock', [{ type: 'TextRun', text: 'A lesson waits for review', weight: 'bolder', size: 'medium' }]],
      ['RichTextBlock', [{ type: 'TextRun', text: '[a](https://b)' }]],
      ['RichTextBlock', [{ type: 'TextRun', text: 'api, go · by kim' }]],
    ]);
    expect(actions).toEqual([{ type: 'Action.OpenUrl', title: 'Open', url: page('ku_1') }]);
  });

  it('have no link where the server does not know its own address', () => {
    expect(JSON.stringify(body('slack', 'a', () => null))).not.toContain('actions');
    expect(body('teams', 'a', () => null).attachments[0].content.actions).toBeUndefined();
  });

  it('name what has happened', () => {
    const { text } = JSON.parse(bodyOf({ format: 'slack' } as Webhook, told('FLAGGED', 's'), page));
    expect(text).toBe('A lesson was flagged\ns\napi, go · by kim');
  });

  it('are sent as tests too', () => {
    const delivery = { id: 'd', createdAt: new Date(0) } as WebhookDelivery;
    const of = (format: Webhook['format']) =>
      JSON.parse(testBody({ id: 'w', name: 'ours', format } as Webhook, delivery));
    expect(of('standard')).toEqual({
      ...{ type: 'test', timestamp: '1970-01-01T00:00:00.000Z' },
      data: { webhook: { id: 'whk_w', name: 'ours' }, delivery: { id: 'whd_d' } },
    });
    expect(of('slack').text).toBe('This is a test\nThe webhook “ours” works.');
    expect(of('teams').type).toBe('message');
  });
});
