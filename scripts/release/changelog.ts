// The changelog as releases use it.
//
//   node scripts/release/changelog.ts 0.2.0     prints the section of a version, for the notes of its release
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const heading = /^## \[([^\]]+)\](?: - (\d{4}-\d\d-\d\d))?$/gm;

export interface Section {
  /** `Unreleased`, or a version. */
  readonly name: string;
  readonly date?: string;
  readonly text: string;
}

/** The sections of a changelog in their order. Throws where a heading is neither `## [Unreleased]` nor `## [1.2.3] - 2026-01-31`. */
export function sectionsOf(changelog: string): Section[] {
  const headings = [...changelog.matchAll(heading)];
  const others = changelog.match(/^## .*$/gm) ?? [];
  const wrong = others.filter((line) => !headings.some(([whole]) => whole === line));
  if (wrong.length > 0) throw new Error(`CHANGELOG.md: "${wrong[0]}" is not of the form "## [1.2.3] - 2026-01-31"`);
  return headings.map(({ 0: line, 1: name = '', 2: date, index }, place) => ({
    name,
    date,
    text: changelog.slice(index + line.length, headings[place + 1]?.index).trim(),
  }));
}

/** What is wrong with a changelog for this version; `released` where the version is about to be, so that it must have a section with a date. */
export function changelogProblems(changelog: string, version: string, released: boolean): string[] {
  const sections = sectionsOf(changelog);
  const own = sections.find(({ name }) => name === version);
  const [first] = sections;
  const problems: string[] = [];
  if (released && !own) problems.push(`CHANGELOG.md has no section [${version}]: run npm run release:prepare`);
  if (own && own.text === '') problems.push(`CHANGELOG.md says nothing under [${version}]`);
  if (!own && !first) problems.push('CHANGELOG.md has no section');
  if (first && !own && (first.name !== 'Unreleased' || first.text === ''))
    problems.push(`CHANGELOG.md has nothing under [Unreleased], and no section [${version}]`);
  for (const { name, date } of sections)
    if ((name === 'Unreleased') === (date !== undefined))
      problems.push(`CHANGELOG.md: [${name}] ${date === undefined ? 'needs' : 'cannot have'} a date`);
  const dates = sections.flatMap(({ date }) => date ?? []);
  if (dates.some((date, place) => date < (dates[place + 1] ?? ''))) problems.push('CHANGELOG.md: newest first');
  return problems;
}

/** The changelog with what was unreleased under a version, and room for what comes next. */
export function withRelease(changelog: string, version: string, date: string): string {
  return changelog.replace('## [Unreleased]\n', `## [Unreleased]\n\n## [${version}] - ${date}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , version = ''] = process.argv;
  const changelog = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
  const section = sectionsOf(changelog).find(({ name }) => name === version);
  if (!section) throw new Error(`CHANGELOG.md has no section [${version}]`);
  console.log(section.text);
}
