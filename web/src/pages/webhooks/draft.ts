import type { ActivityType, WebhookFormat, WebhookFragment } from '../../gql/graphql.ts';
import { kinds, templates } from './templates.ts';

/** A webhook as it is being written. */
export interface Draft {
  readonly name: string;
  readonly url: string;
  readonly format: WebhookFormat;
  readonly document: string;
  /** JSON. */
  readonly variables: string;
  /** What a channel is told; of the other variables it keeps what it has. */
  readonly types: readonly ActivityType[];
}

type Variables = Readonly<Record<string, unknown>>;

const pretty = (variables: Variables) => JSON.stringify(variables, null, 2);

const filterOf = ({ filter }: Variables): Variables => (typeof filter === 'object' ? { ...filter } : {});

const typesOf = (variables: Variables): readonly ActivityType[] => {
  const { types } = filterOf(variables);
  return Array.isArray(types) ? types : kinds.map(({ type }) => type);
};

export function draftOf(webhook: WebhookFragment | null): Draft {
  const [first] = templates;
  const { document, variables } = webhook ?? { document: first?.document ?? '', variables: first?.variables ?? {} };
  const { name = '', url = '', format = 'STANDARD' } = webhook ?? {};
  return {
    name,
    url,
    format,
    document,
    variables: pretty(variables),
    types: webhook ? typesOf(variables) : ['PROPOSED'],
  };
}

/** The draft with a subscription to start from. */
export function startFrom(draft: Draft, label: string): Draft {
  const template = templates.find((each) => each.label === label);
  return template ? { ...draft, document: template.document, variables: pretty(template.variables) } : draft;
}

/** What is sent of a draft, or what is wrong with its variables. */
export function inputOf({ name, url, format, document, variables, types }: Draft) {
  let values: Variables;
  try {
    values = parse(variables);
  } catch (error) {
    return { problem: `variables must be a JSON object: ${(error as Error).message}` };
  }
  if (format === 'STANDARD') return { input: { name, url, format, document, variables: values } };
  return { input: { name, url, format, variables: { ...values, filter: { ...filterOf(values), types } } } };
}

function parse(text: string): Variables {
  const value: unknown = JSON.parse(text.trim() || '{}');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it is another value.');
  return value as Variables;
}
