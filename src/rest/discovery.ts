import { z } from 'zod';
import { openApi } from './openapi.ts';
import { health, nodeDiscovery } from './response-schemas.ts';
import { base, type Route, route } from './route.ts';

export interface NodeSettings {
  readonly version: string;
  readonly nodeName: string | null;
  /** `CQ_PUBLIC_URL`, without a slash at the end. */
  readonly publicUrl: string | null;
  /** `CQ_INTROSPECTION`: whether to serve the OpenAPI document. */
  readonly introspection: boolean;
}

/** The health check of cq clients: it only says that the process runs. */
export const healthRoute = route({
  method: 'GET',
  path: `${base}/health`,
  operation: 'getHealth',
  summary: 'That the server runs. /readyz says whether it can work.',
  caller: 'anyone',
  status: 200,
  response: health,
  handle: () => ({ status: 'ok' as const }),
});

/** `/.well-known/cq-node.json`, by which cq clients find the API; needs `CQ_NODE_NAME` and `CQ_PUBLIC_URL`. */
export function discoveryRoutes({ nodeName, publicUrl }: NodeSettings): Route[] {
  if (nodeName === null || publicUrl === null) return [];
  return [
    route({
      method: 'GET',
      path: '/.well-known/cq-node.json',
      operation: 'discoverNode',
      summary: 'Where the API is, and what the server is called.',
      caller: 'anyone',
      status: 200,
      response: nodeDiscovery,
      handle: ({ baseUrl }) => ({
        version: 1 as const,
        api_base_url: `${baseUrl}${base}`,
        api_version: 'v1' as const,
        node_name: nodeName,
      }),
    }),
  ];
}

/** The route of the OpenAPI document, which describes `routes`. */
export function documentRoutes({ version, introspection }: NodeSettings, routes: readonly Route[]): Route[] {
  if (!introspection) return [];
  const document = openApi(version, routes);
  return [
    route({
      method: 'GET',
      path: `${base}/openapi.json`,
      operation: 'getOpenApi',
      summary: 'This document.',
      caller: 'anyone',
      status: 200,
      response: z.looseObject({}),
      handle: ({ baseUrl }) => ({ ...document, servers: [{ url: baseUrl || '/' }] }),
    }),
  ];
}
