#!/usr/bin/env node
// What `exec` is in a shell, for cmd.exe, which has none: npm scripts use it, so that npm's signals reach the server
// itself and npm waits for it. A shell never gets here: exec is built into it.
const { spawn } = require('node:child_process');

const [program, ...args] = process.argv.slice(2);
const child = spawn(program === 'node' ? process.execPath : program, args, { stdio: 'inherit' });
// Ctrl+C reaches every process of a console: the server decides when to end
for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK']) process.on(signal, () => {});
child.on('error', (error) => {
  process.stderr.write(`${program}: ${error.message}\n`);
  process.exitCode = 127;
});
child.on('exit', (code) => {
  process.exitCode = code === null ? 1 : code;
});
