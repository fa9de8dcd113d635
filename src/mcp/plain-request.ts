import type { IncomingHttpHeaders } from 'node:http';
import {
  classifyInboundRequest,
  type JSONRPCRequest,
  type MessageClassification,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/server';

/** The revision of the protocol that the standing server of 2026 speaks. */
export const modern: MessageClassification & { readonly revision: string } = { era: 'modern', revision: '2026-07-28' };

/** A request that a standing server may answer. */
export interface PlainRequest {
  readonly era: 'legacy' | 'modern';
  readonly request: JSONRPCRequest;
}

/** What leaves no state behind. */
const methods = ['tools/call', 'tools/list', 'prompts/list', 'prompts/get', 'ping'];

/**
 * A message as a request of which the SDK's HTTP handlers have nothing to refuse or to negotiate; null for every other message, which
 * they are to answer. It need not recognise all of those, and never one that they would treat otherwise.
 */
export function plainRequest(headers: IncomingHttpHeaders, message: object): PlainRequest | null {
  const { method, id, params } = message as { readonly [name: string]: unknown };
  if (typeof method !== 'string' || id === undefined || !methods.includes(method)) return null;
  const version = headers['mcp-protocol-version'];
  const [protocolVersionHeader, mcpMethodHeader, mcpNameHeader] = [
    version,
    headers['mcp-method'],
    headers['mcp-name'],
  ].map((value) => (value === undefined ? undefined : String(value)));
  const route = classifyInboundRequest({
    httpMethod: 'POST',
    ...(protocolVersionHeader !== undefined && { protocolVersionHeader }),
    ...(mcpMethodHeader !== undefined && { mcpMethodHeader }),
    ...(mcpNameHeader !== undefined && { mcpNameHeader }),
    body: message,
  });
  if (route.kind === 'legacy') {
    const isKnown = protocolVersionHeader === undefined || SUPPORTED_PROTOCOL_VERSIONS.includes(protocolVersionHeader);
    return route.reason === 'no-claim' && isKnown ? { era: 'legacy', request: message as JSONRPCRequest } : null;
  }
  if (route.kind !== 'modern' || route.messageKind !== 'request') return null;
  const { name } = (params ?? {}) as { readonly name?: unknown };
  const isNamed = name === undefined || (mcpNameHeader === name && /^\w+$/.test(mcpNameHeader));
  const isModern =
    route.classification.revision === modern.revision &&
    protocolVersionHeader === modern.revision &&
    mcpMethodHeader === method;
  return isModern && isNamed ? { era: 'modern', request: route.message } : null;
}
