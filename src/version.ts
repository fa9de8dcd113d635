import { existsSync, readFileSync } from 'node:fs';

// package.json is one level above this file in a checkout, two levels above it in dist/server/
const manifest = ['../package.json', '../../package.json']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url));
if (!manifest) throw new Error('package.json is missing');

/** The version of this program, from package.json. */
export const version: string = JSON.parse(readFileSync(manifest, 'utf8')).version;
