import { readFileSync, statSync } from 'node:fs';
import { type DocumentNode, type GraphQLSchema, print } from 'graphql';
import * as clientDocuments from './client/documents.generated.ts';
import { type Config, ConfigError } from './config/config.ts';
import { createDocumentValidator, parseDocument } from './graphql/document-cache.ts';
import {
  createTrustedDocuments,
  type NamedDocument,
  readDocuments,
  type TrustedDocuments,
} from './graphql/trusted-documents.ts';
import { example } from './http/graphiql-page.ts';
import { readPageDocuments } from './http/web-files.ts';
import { shipped } from './shipped.ts';

const maxFileBytes = 16 * 1024 * 1024;
/** At most this many problems are reported. */
const maxProblems = 20;

/**
 * Reads `CQ_TRUSTED_DOCUMENTS`, and checks each of its documents as if it were sent. The documents of `cq-server/client`, of the tools of
 * MCP, of the web page and of the GraphiQL page are always in. Null where the variable is not set. Throws `ConfigError` with all problems.
 */
export async function loadTrustedDocuments(config: Config, schema: GraphQLSchema): Promise<TrustedDocuments | null> {
  const { trustedDocuments: file, introspection } = config;
  if (file === null) return null;
  const validate = createDocumentValidator(schema, introspection);
  const problems: string[] = [];
  const ofFile = readFile(file).flatMap(({ id, text }) => {
    const document = attempt(() => parseDocument(text));
    const [problem] = document instanceof Error ? [document] : validate(document);
    // what was parsed takes a hundred times as much memory as the text
    if (problem === undefined) return [{ id, text, printed: print(document as DocumentNode) }];
    problems.push(
      `CQ_TRUSTED_DOCUMENTS (${file}): the document ${nameOf(id, document)} is refused: ${problem.message}`,
    );
    return [];
  });
  if (problems.length > maxProblems)
    problems.splice(maxProblems, Number.POSITIVE_INFINITY, `… and ${problems.length - maxProblems} more documents.`);
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return createTrustedDocuments([...(await documentsAlwaysIn(config, schema)), ...ofFile]);
}

/** The documents that are the server's own: of its client, the tools of MCP, the web page and the GraphiQL page. */
export async function loadOwnDocuments(config: Config, schema: GraphQLSchema): Promise<TrustedDocuments> {
  return createTrustedDocuments(await documentsAlwaysIn(config, schema));
}

async function documentsAlwaysIn({ mcp, web }: Config, schema: GraphQLSchema) {
  // with CQ_MCP=off its SDK is not even loaded
  const ofTools = mcp ? (await import('./mcp/tools.ts')).toolDocuments(schema) : [];
  const ofClient = Object.values(clientDocuments).flatMap((one) => (one instanceof String ? [String(one)] : []));
  const ofPage = web ? readPageDocuments(shipped('dist-web/')) : [];
  return [...ofTools, ...ofClient, ...ofPage, example].map((text) => ({
    text,
    printed: print(parseDocument(text)),
  }));
}

function readFile(file: string): NamedDocument[] {
  try {
    const { size } = statSync(file);
    if (size > maxFileBytes) throw new Error(`must have at most ${maxFileBytes} bytes, got ${size}`);
    return readDocuments(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ConfigError(
      `CQ_TRUSTED_DOCUMENTS (${file}) ${code === undefined ? message : `cannot be read: ${message}`}.`,
    );
  }
}

/** A document's id, and the name of its first operation. */
function nameOf(id: string, document: DocumentNode | Error): string {
  const definitions = document instanceof Error ? [] : document.definitions;
  const names = definitions.flatMap((one) => (one.kind === 'OperationDefinition' && one.name ? [one.name.value] : []));
  return [JSON.stringify(id), ...names.slice(0, 1)].join(', ');
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}
