import { expect, it } from 'vitest';
import { startTestServer } from '../../src/testing/start-test-server.ts';
import type { TestServerOptions } from '../../src/testing/types.ts';

const insight = { summary: 'a', detail: 'b', action: 'c' };
const unit = { domains: ['ci'], insight };
const id = `ku_${'a'.repeat(32)}`;

/** What is asked for, and the whole message, one line for each problem. */
const mistakes: readonly [name: string, options: unknown, lines: readonly string[]][] = [
  ['no object', 5, ['the options must be of the type object, got 5.']],
  ['an unknown option', { unit: [] }, ['the options must not have unit.']],
  ['another host', { host: '0.0.0.0' }, ['host must be one of 127.0.0.1, ::1, localhost, got "0.0.0.0".']],
  ['no port', { port: 70_000 }, ['port must be at most 65535, got 70000.']],
  [
    'an unknown role',
    { users: { ada: { role: 'reviewer' } } },
    ['users.ada.role must be one of MEMBER, REVIEWER, ADMIN, got "reviewer".'],
  ],
  [
    'a short password',
    { users: { ada: { password: 'x' } } },
    ['users.ada.password must have at least 8 characters, got 1.'],
  ],
  [
    'a name like another',
    { users: { ada: {}, аda: {} } },
    ['users.аda.username: The user name "аda" looks like "ada", which is taken.'],
  ],
  [
    'a key without domains',
    { users: { ada: { key: { domains: [] } } } },
    ['users.ada.key.domains must have at least 1 item that is not empty, got 0.'],
  ],
  [
    'a unit with nothing in it',
    { units: [unit, {}] },
    ['units[1].domains is required.', 'units[1].insight is required.'],
  ],
  [
    'what no proposal may say',
    { units: [{ domains: [], insight, id: 'ku_1' }] },
    [
      'units[0].id must be ku_ and 32 hexadecimal digits in lower case.',
      'units[0].domains must have at least 1 item that is not empty, got 0.',
    ],
  ],
  [
    'a text that is none',
    { units: [{ ...unit, insight: { ...insight, summary: 3 } }] },
    ['units[0].insight.summary must be of the type string, got 3.'],
  ],
  [
    'what is no JSON',
    { units: [{ ...unit, extensions: { big: 1n } }] },
    ['units[0].extensions.big must be JSON, got what is no JSON.'],
  ],
  [
    'a clock without a time',
    { clock: () => new Date(Number.NaN) },
    ['clock must answer a Date that is valid, got Invalid Date.'],
  ],
  ['a clock of numbers', { clock: () => 5 }, ['clock must answer a Date that is valid, got 5.']],
  [
    'no time',
    { units: [{ ...unit, createdAt: 'yesterday' }] },
    ['units[0].createdAt must be a Date or an instant such as 2026-01-31T12:00:00Z, got "yesterday".'],
  ],
  [
    'an unknown status',
    { units: [{ ...unit, status: 'approved' }] },
    ['units[0].status must be one of PENDING, APPROVED, REJECTED, got "approved".'],
  ],
  [
    'people who are not there',
    { users: { ada: {} }, units: [{ ...unit, proposedBy: 'bob', confirmedBy: ['ada', 'toString'] }] },
    [
      'units[0].proposedBy must be one of users (ada), got "bob".',
      'units[0].confirmedBy[1] must be one of users (ada), got "toString".',
    ],
  ],
  [
    'nobody to propose',
    { users: {}, units: [unit] },
    ['units[0].proposedBy must be one of users, and there are none.'],
  ],
  [
    'confirmations of what waits',
    { units: [{ ...unit, status: 'PENDING', confirmedBy: ['member'] }] },
    ['units[0].confirmedBy is for units that are APPROVED, and this one is PENDING.'],
  ],
  [
    'one id twice',
    {
      units: [
        { ...unit, id },
        { ...unit, id },
      ],
    },
    [`units[1].id is that of units[0] too: "${id}".`],
  ],
  [
    'a flag that says too much',
    { units: [{ ...unit, flags: [{ reason: 'STALE', detail: 'x'.repeat(1001) }] }] },
    ['units[0].flags[0].detail must be at most 1000 characters, got 1001.'],
  ],
  [
    'a database',
    { configuration: { CQ_DATABASE_URL: 'postgresql://db/cq', CQ_JWT_SECRET_FILE: '/etc/passwd' } },
    [
      'configuration.CQ_DATABASE_URL cannot be set for a test server.',
      'configuration.CQ_JWT_SECRET_FILE cannot be set for a test server.',
    ],
  ],
  [
    'variables that are none',
    { configuration: { CQ_RATE_LIMITS: '5', toString: 'x' } },
    [
      'configuration.CQ_RATE_LIMITS is not a variable of this server; did you mean CQ_RATE_LIMIT?',
      'configuration.toString is not a variable of this server.',
    ],
  ],
  [
    'a wrong value',
    { configuration: { CQ_RATE_LIMIT: 'none' } },
    ['configuration.CQ_RATE_LIMIT must be a whole number, got "none".'],
  ],
  ['a clock that is none', { clock: new Date() }, ['clock must be a function.']],
];

it.for(mistakes)('refuses %s, and names the field', async ([, options, lines]) => {
  const error = await startTestServer(options as TestServerOptions).then(
    () => null,
    (error: Error) => error,
  );
  expect(error).toBeInstanceOf(TypeError);
  expect(error?.message.split('\n  ')).toEqual(['startTestServer:', ...lines]);
});
