/** How serious a finding is. `problem`: a server does not start, does not work, or loses something. `warning`: it works, and should be seen to. */
export type FindingLevel = 'ok' | 'warning' | 'problem';

/** What `cq-server doctor` has found out about one thing. */
export interface Finding {
  /** What was looked at, such as `database.schema`; stays the same from release to release, for programs. */
  readonly check: string;
  readonly level: FindingLevel;
  /** What was found, with figures, as sentences without secrets. */
  readonly found: string;
  /** What to do: a command, a statement, or a variable to set; null where there is nothing to do. */
  readonly advice: string | null;
}

/** Called with each finding, as soon as it is there. */
export type Report = (finding: Finding) => void;

export const ok = (check: string, found: string): Finding => ({ check, level: 'ok', found, advice: null });

export const warning = (check: string, found: string, advice: string): Finding => ({
  check,
  level: 'warning',
  found,
  advice,
});

export const problem = (check: string, found: string, advice: string): Finding => ({
  check,
  level: 'problem',
  found,
  advice,
});

/** How a database is looked at. */
export interface DiagnosisOptions {
  /** Whether a server migrates it when it starts. */
  readonly migrate: boolean;
  /** Whether it is to hold vectors. */
  readonly vectors: boolean;
  /** How long one question to the database may take, in milliseconds. */
  readonly limitMs: number;
  /** The clock of this machine, in milliseconds. */
  readonly now: () => number;
}

/** A number of bytes for people: 1.5 GiB. */
export function bytes(count: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [value, unit] = [count, 0];
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${unit === 0 || value >= 100 ? Math.round(value) : Math.round(value * 10) / 10} ${units[unit]}`;
}

/** A number with its noun, which gets an s unless its plural is given: 1 row, 2 rows. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;

/** A path as a word of a command line. */
export const shellWord = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;

/** A text that others have written, as a sentence. */
export const sentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);
