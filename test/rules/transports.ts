import type { TestServer } from '../harness.ts';
import { clients } from '../mcp/clients.ts';
import { call } from '../rest/client.ts';

/** A proposal, in one form for all transports. */
export interface Proposal {
  readonly domains: readonly string[];
  readonly summary: string;
  readonly detail: string;
  readonly action: string;
  readonly languages?: readonly string[];
  readonly frameworks?: readonly string[];
  readonly pattern?: string;
}

export interface FlagAsked {
  readonly reason: string;
  readonly detail?: string;
  readonly duplicateOf?: string;
}

/**
 * A transport: GraphQL, REST or MCP. Each function answers with `ok`, or with what kind of refusal it was and the place of the first
 * problem, in the transport's own format: `INVALID_INPUT insight.summary`, `422 insight.summary`, `INVALID_INPUT summary`.
 */
export interface Transport {
  propose(proposal: Proposal, credential?: string): Promise<string>;
  confirm(id: string, credential?: string): Promise<string>;
  flag(id: string, flag: FlagAsked, credential?: string): Promise<string>;
  /** A search by domains, of at most one unit. */
  search(domains: readonly string[], credential?: string): Promise<string>;
}

/** A transport over which people review. */
export interface ReviewTransport extends Transport {
  decide(id: string, decision: 'approve' | 'reject', credential?: string): Promise<string>;
}

export function graphqlTransport(server: TestServer): ReviewTransport {
  const mutate = async (name: string, input: object, credential?: string) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code path } } }`;
    const { body } = await server.send({ query, variables: { input } }, credential);
    if (body.errors) return body.errors[0].extensions.code;
    const [error] = body.data[name].userErrors;
    return error ? [error.code, error.path?.join('.')].filter(Boolean).join(' ') : 'ok';
  };
  return {
    propose: ({ domains, languages, frameworks, pattern, ...insight }, credential) =>
      mutate('proposeKnowledgeUnit', { domains, insight, context: { languages, frameworks, pattern } }, credential),
    confirm: (id, credential) => mutate('confirmKnowledgeUnit', { id }, credential),
    flag: (id, { reason, detail, duplicateOf }, credential) =>
      mutate('flagKnowledgeUnit', { id, reason: reason.toUpperCase(), detail, duplicateOfId: duplicateOf }, credential),
    async search(domains, credential) {
      const query = 'query ($domains: [String!]) { search(filter: { domains: $domains }, first: 1) { nodes { id } } }';
      const { body } = await server.send({ query, variables: { domains } }, credential);
      return body.errors?.[0].extensions.code ?? 'ok';
    },
    decide: (id, decision, credential) => mutate(`${decision}KnowledgeUnit`, { id }, credential),
  };
}

export function restTransport(server: TestServer): ReviewTransport {
  const send = async (method: string, path: string, credential?: string, body?: object) => {
    const { status, body: answer, headers } = await call(server, { method, path, credential, body });
    if (status < 300) return 'ok';
    const [problem] = Array.isArray(answer.detail) ? answer.detail : [];
    const wait = headers.has('retry-after') ? 'Retry-After' : undefined;
    return [status, problem?.loc.slice(1).join('.'), wait].filter(Boolean).join(' ');
  };
  return {
    propose: ({ domains, languages, frameworks, pattern, ...insight }, credential) =>
      send('POST', '/knowledge', credential, { domains, insight, context: { languages, frameworks, pattern } }),
    confirm: (id, credential) => send('POST', `/knowledge/${id}/confirmations`, credential),
    flag: (id, { reason, detail, duplicateOf }, credential) =>
      send('POST', `/knowledge/${id}/flags`, credential, { reason, detail, duplicate_of: duplicateOf }),
    search: (domains, credential) =>
      send(
        'GET',
        `/knowledge?limit=1&${domains.map((domain) => `domains=${encodeURIComponent(domain)}`).join('&')}`,
        credential,
      ),
    decide: (id, decision, credential) => send('POST', `/review/${id}/${decision}`, credential),
  };
}

export function mcpTransport(server: TestServer): Transport {
  const use = async (tool: string, args: Record<string, unknown>, credential?: string) => {
    const { connect } = clients[0] as (typeof clients)[number];
    await using client = await connect(server.url, credential);
    const { isError, text } = await client.call(tool, args);
    if (!isError) return 'ok';
    const [, code, place] = /^([A-Z_]+): ([a-z_.\d]*)/.exec(text) ?? [];
    return [code ?? text, code === 'INVALID_INPUT' && place].filter(Boolean).join(' ');
  };
  return {
    propose: (proposal, credential) => use('propose', { ...proposal }, credential),
    confirm: (id, credential) => use('confirm', { unit_id: id }, credential),
    flag: (id, { reason, detail, duplicateOf }, credential) =>
      use('flag', { unit_id: id, reason, detail, duplicate_of: duplicateOf }, credential),
    search: (domains, credential) => use('query', { domains, limit: 1 }, credential),
  };
}
