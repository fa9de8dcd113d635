/** Messages for people: events as incoming webhooks of Slack and workflows of Microsoft Teams take them. */

/** The subscription of webhooks in these formats; owners choose events by its variable. */
export const readyDocument = `subscription ($filter: KnowledgeEventFilter) {
  knowledgeEvents(filter: $filter) {
    activity {
      type
      actor { username }
      knowledgeUnit { id domains insight { summary } }
    }
  }
}`;

/** The result of that subscription. */
interface Result {
  readonly data: {
    readonly knowledgeEvents: {
      readonly activity: {
        readonly type: string;
        readonly actor: { readonly username: string } | null;
        readonly knowledgeUnit: {
          readonly id: string;
          readonly domains: readonly string[];
          readonly insight: { readonly summary: string };
        };
      };
    };
  };
}

/** A message, in plain text. */
export interface Message {
  readonly title: string;
  readonly lines: readonly string[];
  readonly link: string | null;
}

/** What has happened, by the types of events that have another verb than their name. */
const happened: Readonly<Record<string, string>> = {
  PROPOSED: 'A lesson waits for review',
  AMENDED: 'A lesson that waits was changed',
  REVISED: 'A lesson was revised',
  SUGGESTED: 'A change to a lesson was suggested',
  SUGGESTION_REJECTED: 'A suggested change was turned down',
  SUGGESTION_REOPENED: 'A suggested change waits again',
  REOPENED: 'A lesson waits for review again',
  SUPERSEDED: 'A lesson was superseded',
  MERGED: 'A lesson was merged into another one',
};

export function messageOf(result: unknown, pageOf: (unitId: string) => string | null): Message {
  const { type, actor, knowledgeUnit } = (result as Result).data.knowledgeEvents.activity;
  const { id, domains, insight } = knowledgeUnit;
  const about = [domains.join(', '), actor && `by ${actor.username}`].filter((part) => part);
  return {
    title: happened[type] ?? `A lesson was ${type.toLowerCase().replaceAll('_', ' ')}`,
    lines: [insight.summary, about.join(' · ')].filter((line) => line !== ''),
    link: pageOf(id),
  };
}

/** A message of Slack; nothing in the texts is markup there, such as `<!channel>`. */
export function slackBody({ title, lines, link }: Message): object {
  const plain = (text: string) => ({ type: 'plain_text', text: text.slice(0, 2900), emoji: false });
  const button = link === null ? [] : [{ type: 'button', text: plain('Open'), url: link }];
  return {
    text: escaped([title, ...lines].join('\n')),
    blocks: [
      { type: 'header', text: { ...plain(title), text: title.slice(0, 150) } },
      ...lines.map((line) => ({ type: 'section', text: plain(line) })),
      ...(button.length > 0 ? [{ type: 'actions', elements: button }] : []),
    ],
  };
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** An adaptive card; runs of text are shown as they are, without Markdown. */
export function teamsBody({ title, lines, link }: Message): object {
  const text = (run: object) => ({ type: 'RichTextBlock', inlines: [{ type: 'TextRun', ...run }] });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [text({ text: title, weight: 'bolder', size: 'medium' }), ...lines.map((line) => text({ text: line }))],
          ...(link !== null && { actions: [{ type: 'Action.OpenUrl', title: 'Open', url: link }] }),
        },
      },
    ],
  };
}
