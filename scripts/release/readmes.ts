import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a README tells those who install from the registry, between two comments; before the package is there, there is one comment alone. */
export interface Announcement {
  /** The package that must be in the registry. */
  readonly package: string;
  readonly file: string;
  readonly mark: string;
  readonly text: string;
}

export const announcements: readonly Announcement[] = [
  {
    package: 'cq-server',
    file: 'README.md',
    mark: '<!-- published: start -->',
    text: 'With Node 22.18 or newer, and nothing to clone: a server on `./data/cq.db`, at <http://localhost:3000>.\n\n```sh\nnpx cq-server\n```',
  },
  {
    package: 'cq-client',
    file: 'packages/cq-client/README.md',
    mark: '<!-- published: install -->',
    text: '```sh\nnpm install cq-client\n```',
  },
];

const end = '<!-- /published -->';

/** A README with an announcement in the place of its mark; the same where it is there already. Throws where there is no mark. */
export function announced(readme: string, { file, mark, text }: Announcement): string {
  const [before, behind, ...more] = readme.split(mark);
  if (behind === undefined || more.length > 0) throw new Error(`${file} has to have the line ${mark} once`);
  const rest = behind.includes(end) ? behind.slice(behind.indexOf(end) + end.length) : behind;
  return `${before}${mark}\n\n${text}\n\n${end}${rest}`;
}

/** Writes the announcements of these packages into the READMEs, which are at `place` below a folder. Returns which files changed. */
export function announce(
  folder: string,
  packages: readonly string[],
  place = ({ file }: Announcement) => file,
): string[] {
  return announcements
    .filter((each) => packages.includes(each.package))
    .map((each) => ({ path: join(folder, place(each)), each }))
    .filter(({ path, each }) => {
      const readme = readFileSync(path, 'utf8');
      const changed = announced(readme, each);
      if (changed !== readme) writeFileSync(path, changed);
      return changed !== readme;
    })
    .map(({ path }) => path);
}

/** Commands that take one of the packages from the registry; a tarball has `./` before it, and `npx --no` takes what is in the checkout. */
const fromRegistry =
  /\bnpx (?!--no )(?:--?\S+ )*cq-(?:server|client)\b|\bnpm (?:i|install|add|exec) (?:--?\S+ )*cq-(?:server|client)\b|\b(?:pnpm|yarn|bun) (?:add|dlx|x) (?:--?\S+ )*cq-(?:server|client)\b/;

/**
 * What a README says about the registry and must not: whatever it says outside of the marks, and within them as long as nothing was released.
 *
 * @param released Whether there has been a release.
 */
export function readmeProblems(file: string, readme: string, released: boolean): string[] {
  const own = announcements.filter((each) => each.file === file);
  const marks = own
    .filter(({ mark }) => readme.split(mark).length !== 2)
    .map(({ mark }) => `${file} has no line ${mark}`);
  const inMarks = own.some(({ mark }) => readme.includes(mark) && readme.split(mark)[1]?.includes(end));
  const outside = own.reduce((text, { mark }) => text.replace(new RegExp(`${mark}[^]*${end}`), ''), readme);
  const lines = outside.split('\n').filter((line) => fromRegistry.test(line));
  return [
    ...marks,
    ...(inMarks && !released ? [`${file} names a package of the registry, and there has been no release`] : []),
    ...lines.map((line) => `${file} takes a package from the registry: "${line.trim()}"`),
  ];
}
