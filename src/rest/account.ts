import { z } from 'zod';
import { createApiKey, revokeApiKey, signIn } from '../domain/account.ts';
import { apiKeyNodeId } from '../domain/ids.ts';
import { limits } from '../domain/rules.ts';
import { parseTtl, ttlPattern } from '../domain/ttl.ts';
import { requireScope } from '../domain/viewer.ts';
import { RestError } from './errors.ts';
import { sizedText, textUpTo } from './request-values.ts';
import { apiKeys, keyAccess, me, message, named, newApiKey, signedIn } from './response-schemas.ts';
import { base, route } from './route.ts';
import { instant, wireApiKey } from './wire-format.ts';

const credentials = z.object({ username: z.string(), password: z.string() }).register(named, { id: 'Credentials' });

const apiKeyInput = z
  .object({
    name: sizedText({ min: 1, max: limits.apiKeyName }),
    ttl: sizedText({ min: 1, max: limits.ttlLength }).meta({
      description: '30d, 12h, 15m, 60s; at most 365d.',
      pattern: ttlPattern,
    }),
    labels: z.array(textUpTo(limits.apiKeyLabelLength)).max(limits.apiKeyLabels).nullish(),
    access: keyAccess.nullish().meta({ description: 'What the key may be used for; write unless told.' }),
    domains: z
      .array(textUpTo(limits.domainLength))
      .min(1)
      .max(limits.domains)
      .nullish()
      .meta({ description: 'Limits the key to these; null for no such limit.' }),
  })
  .register(named, { id: 'ApiKeyInput' });

/** A list of API keys has at most this many; 20 of them are active at most. */
const maxListedKeys = 1000;

/** Routes of sign-in, of the caller's own account and of its API keys. */
export const accountRoutes = [
  route({
    method: 'POST',
    path: `${base}/auth/login`,
    operation: 'signIn',
    summary: 'Trades a name and a password for a token, valid for 24 hours.',
    caller: 'anyone',
    body: credentials,
    secret: true,
    status: 200,
    response: signedIn,
    errorStatuses: [401, 409, 429],
    cost: () => 50,
    purpose: 'signIn',
    async handle({ body, store, secrets, passwords, signInLimit, address, userAgent, releaseSlot, signal }) {
      const checkPassword = () => {
        // the password waits in the bulkhead of domain/passwords.ts
        releaseSlot();
        return signIn(store, secrets, body, { signal, address, userAgent, passwords });
      };
      const { user, token } = await signInLimit.attempt(body.username, address, checkPassword);
      return { token: token.text, username: user.username };
    },
  }),
  route({
    method: 'GET',
    path: `${base}/users/me`,
    operation: 'getMe',
    summary: 'Who is signed in.',
    caller: 'person',
    scope: 'AUTHENTICATED',
    status: 200,
    response: me,
    errorStatuses: [404],
    cost: () => 1,
    handle({ viewer }) {
      const { user } = requireScope(viewer, 'AUTHENTICATED');
      return { username: user.username, created_at: instant(user.createdAt) };
    },
  }),
  route({
    method: 'POST',
    path: `${base}/users/me/api-keys`,
    operation: 'createApiKey',
    summary: `Makes an API key. A person has at most ${limits.activeApiKeys} active ones.`,
    caller: 'person',
    scope: 'AUTHENTICATED',
    body: apiKeyInput,
    status: 201,
    response: newApiKey,
    errorStatuses: [404, 409],
    cost: () => 10,
    async handle({ body, store, secrets, viewer }) {
      const ttl = parseTtl(body.ttl);
      if ('error' in ttl) throw new RestError(422, ttl.error.startsWith("'") ? ttl.error : `ttl ${ttl.error}`);
      const { user } = requireScope(viewer, 'AUTHENTICATED');
      const now = store.now();
      const { apiKey, secret } = await createApiKey(store, secrets, user, body, { by: viewer, now });
      return { ...wireApiKey(apiKey, now), token: secret, api_key: secret };
    },
  }),
  route({
    method: 'GET',
    path: `${base}/users/me/api-keys`,
    operation: 'listApiKeys',
    summary: `The caller's keys, also those that have ended, newest first, at most ${maxListedKeys}.`,
    caller: 'person',
    scope: 'AUTHENTICATED',
    status: 200,
    response: apiKeys,
    errorStatuses: [404],
    cost: () => 20,
    async handle({ store, viewer }) {
      const { user } = requireScope(viewer, 'AUTHENTICATED');
      const { items } = await store.apiKeys.list(user.id, null, { limit: maxListedKeys });
      const now = store.now();
      return { data: items.map((key) => wireApiKey(key, now)) };
    },
  }),
  route({
    method: 'POST',
    path: `${base}/users/me/api-keys/{key_id}/revoke`,
    operation: 'revokeApiKey',
    summary: 'Ends a key of the caller; one that has ended stays as it is.',
    caller: 'person',
    scope: 'AUTHENTICATED',
    status: 200,
    response: message,
    missing: 'API key',
    cost: () => 10,
    async handle({ id, store, viewer }) {
      const { user } = requireScope(viewer, 'AUTHENTICATED');
      await revokeApiKey(store, user, apiKeyNodeId(id), { by: viewer });
      return { message: 'API key revoked.' };
    },
  }),
];
