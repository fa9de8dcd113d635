import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { has } from '../left-out.ts';
import { freePort, temporaryFolder } from '../process.ts';

/** Where Debian puts it, which is not on every PATH. */
const debians = '/usr/sbin/nginx';

export const hasNginx = () => has('nginx') || existsSync(debians);

/** An nginx with these blocks in its server, as this user, on a port of its own. */
export async function startNginx(locations: string): Promise<AsyncDisposable & { readonly url: string }> {
  const folder = temporaryFolder();
  const port = await freePort();
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    folder.file('nginx.conf'),
    `daemon off; master_process off; pid ${folder.file('pid')}; error_log stderr;
    events {}
    http {
      access_log off;
      ${paths.map((name) => `${name}_temp_path ${folder.file(name)};`).join(' ')}
      server { listen 127.0.0.1:${port}; ${locations} }
    }`,
  );
  const args = ['-p', folder.path, '-e', 'stderr', '-c', folder.file('nginx.conf')];
  const child = spawn(has('nginx') ? 'nginx' : debians, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const url = `http://127.0.0.1:${port}`;
  for (let ready = false; !ready; await delay(20)) {
    if (child.exitCode !== null) throw new Error(`nginx stopped: ${said}`);
    ready = await fetch(url).then(
      () => true,
      () => false,
    );
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill();
      await gone;
      folder[Symbol.dispose]();
    },
  };
}
