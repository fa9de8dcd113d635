import { z } from 'zod';
import { openApi } from './openapi.ts';
import { base, type Route, route } from './route.ts';
import { health, nodeDiscovery } from './schemas.ts';

export interface NodeSettings {
  readonly version: string;
  readonly nodeName: string | null;
  /** Where clients reach the server, without a slash at the end. */
  readonly publicUrl: string | null;
  /** Whether strangers may learn what the API is. */
  readonly introspection: boolean;
}

/** What a server says of itself. */
export const healthRoute = route({
  method: 'GET',
  path: `${base}/health`,
  operation: 'getHealth',
  summary: 'That the server runs. /readyz says whether it can work.',
  caller: 'anyone',
  status: 200,
  answer: health,
  handle: () => ({ status: 'ok' as const }),
});

/** The document by which clients find the API, where there is anything to say; else they take its usual place. */
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
      answer: nodeDiscovery,
      handle: () => ({
        version: 1 as const,
        api_base_url: `${publicUrl}${base}`,
        api_version: 'v1' as const,
        node_name: nodeName,
      }),
    }),
  ];
}

/** The document of these routes. */
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
      answer: z.looseObject({}),
      handle: () => document,
    }),
  ];
}
