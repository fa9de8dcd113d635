import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import type { ErrorCode } from '../errors.ts';
import type { DocumentCache } from './document-cache.ts';
import type { IdentifiedRequest } from './request.ts';
import { sha256 } from './trusted-documents.ts';

/** A request that names its document. */
export interface PersistingRequest extends IdentifiedRequest {
  /** The SHA-256 under which the document is to be registered once it is known to be valid. */
  registers?: string;
}

type Params = GraphQLParams & { readonly documentId?: unknown };

/** Whether a request names its document, whatever stands beside the name. */
export const namesDocument = ({ documentId, extensions }: Params): boolean =>
  documentId != null || extensions?.persistedQuery != null;

const maxIdLength = 200;

/**
 * Yoga plugin: documents that are named and not sent. By Apollo's protocol of automatic persisted queries (`extensions.persistedQuery`
 * with a SHA-256; a request that has the document too registers it), or by `documentId`. Before the cost limit, which has to know the
 * document, and which a request for an unknown one pays like any other.
 */
export function usePersistedDocuments(documents: DocumentCache): Plugin<object, PersistingRequest> {
  return {
    onParams({ params, context, setParams, setResult }) {
      if (!namesDocument(params)) return;
      const { documentId, ...rest } = params as Params;
      const { persistedQuery } = rest.extensions ?? {};
      try {
        const id = documentId == null ? idOf(persistedQuery) : readDocumentId(documentId);
        const query = textOf(rest.query, id, documentId == null, context);
        setParams({ ...rest, query });
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error;
        // refused, unless another plugin finds a better reason; without a text, Yoga would
        setParams({ ...rest, query: '' });
        // no viewer: useAuthentication has refused the request
        if (context.viewer) setResult({ errors: [error] });
      }
    },
  };

  /** The document of a request: the one that it has, or the one that it names. */
  function textOf(query: string | undefined, id: string, isApollo: boolean, context: PersistingRequest): string {
    const known = documents.textOf(id);
    if (query == null || query === '') {
      if (known !== undefined) return known;
      // Apollo's clients of old look for this very message
      const message = isApollo ? 'PersistedQueryNotFound' : 'There is no document with this documentId.';
      throw refusal('PERSISTED_QUERY_NOT_FOUND', message, { status: 200, headers: { 'cache-control': 'no-store' } });
    }
    if (typeof query !== 'string' || known === query) return query;
    const isHash = isApollo || /^[\da-f]{64}$/.test(id);
    if (isHash ? sha256(query) !== id : known !== undefined) {
      const what = isApollo ? 'extensions.persistedQuery.sha256Hash' : 'documentId';
      throw refusal(
        'PERSISTED_QUERY_MISMATCH',
        `${what} must be that of the query, whose SHA-256 is ${sha256(query)}.`,
      );
    }
    if (isHash) context.registers = id;
    return query;
  }
}

function idOf(persistedQuery: unknown): string {
  const { version, sha256Hash } = Object(persistedQuery);
  // a client of Apollo's that is told so sends whole documents from then on
  if (version !== 1)
    throw refusal('PERSISTED_QUERY_NOT_SUPPORTED', 'extensions.persistedQuery.version must be 1.', { status: 200 });
  return readId(sha256Hash, 'extensions.persistedQuery.sha256Hash');
}

/** Of `sha256:…`, as GraphQL over HTTP has it, the hash; every other id as it is. */
const readDocumentId = (documentId: unknown) => readId(documentId, 'documentId').replace(/^sha256:/, '');

function readId(id: unknown, what: string): string {
  if (typeof id === 'string' && id !== '' && id.length <= maxIdLength)
    return /^(?:sha256:)?[\da-f]{64}$/i.test(id) ? id.toLowerCase() : id;
  throw refusal('BAD_USER_INPUT', `${what} must be a text of 1 to ${maxIdLength} characters.`);
}

const refusal = (code: ErrorCode, message: string, http: object = { status: 400 }) =>
  new GraphQLError(message, { extensions: { code, http } });
