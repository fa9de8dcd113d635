#!/usr/bin/env node
// Written so that every Node can read it: an old one gets a sentence instead of a stack trace.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`cq-server needs Node 22.18 or newer, and this is ${process.version}.`);
  process.exit(78);
}
const { existsSync } = await import('node:fs');
const { enableCompileCache } = await import('node:module');
// starts in half the time from the second run on
enableCompileCache();
// a checkout runs from its sources, a package from what was built of them
const source = new URL('../src/cli.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/src/cli.js', import.meta.url).href);
