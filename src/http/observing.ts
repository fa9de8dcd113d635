import type { IncomingMessage, ServerResponse } from 'node:http';
import { begun, ended } from '../observations/observed.ts';
import { type Door, type RequestObservation, requests } from '../observations/request.ts';
import type { RequestContext } from '../transport/request.ts';
import { findHandler, findPage, isPage, isProbe, type Routes, routeOf } from './routes.ts';

/** What is told of a request from its arrival on. */
export interface Arrived {
  readonly routes: Routes | null;
  readonly path: string;
  readonly requestId: string;
  readonly fields: RequestContext['logFields'];
}

/** What is to be told of a request; null where nobody observes any. */
export function observationOf(req: IncomingMessage, res: ServerResponse, arrived: Arrived): RequestObservation | null {
  if (!requests.hasSubscribers) return null;
  const { routes, path, requestId, fields } = arrived;
  return {
    ...{ since: performance.now(), ms: 0, status: 0, isStream: false, isCutOff: false },
    ...{ path, requestId, fields, door: doorAt(routes, req, path), route: routeOf(routes, path) },
    method: req.method ?? '',
    headers: req.headers,
    setHeader: (name, value) => res.setHeader(name, value),
  };
}

/** Runs what answers a request, as a part of it. It is over when the response is closed. */
export function observing(observation: RequestObservation | null, res: ServerResponse, work: () => void): void {
  if (!observation) {
    work();
    return;
  }
  res.once('close', () => {
    observation.status = res.headersSent ? res.statusCode : 0;
    observation.isCutOff = !res.writableFinished;
    ended(requests, observation);
  });
  begun(requests, observation, work);
}

function doorAt(routes: Routes | null, req: IncomingMessage, path: string): Door {
  if (isProbe(path)) return 'probe';
  if (!routes) return 'other';
  const handler = findHandler(routes, path);
  // GraphiQL is at the path of an API
  if (findPage(routes, path) && (!handler || isPage(routes, req, path))) return 'page';
  return handler?.door ?? 'other';
}
