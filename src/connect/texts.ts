import { readFileSync } from 'node:fs';
import { shipped } from '../shipped.ts';

const text = (file: string, name: string) =>
  readFileSync(shipped(`agents/${file}`), 'utf8').replaceAll('{{name}}', name);

/** The skill, for the server that the client calls `name`: when to query, confirm, flag and propose. */
export const skillText = (name: string): string => text('SKILL.md', name);

/** What an agent is told at the start of a session: one line, without anything that a shell would take for more than text. */
export const reminder = (name: string): string => text('session-start.txt', name).trim();
