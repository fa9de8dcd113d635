import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant, Rule } from './mutant.ts';

/** A fault that is none: whoever looks at the server from outside sees no difference. */
export interface Equivalent {
  readonly file: string;
  readonly rule: Rule;
  readonly before: string;
  readonly after: string;
  /** Why no test can see it. */
  readonly why: string;
}

/** What `scripts/mutants/equivalent.json` of the project lists. */
export function readEquivalents(project: string): Equivalent[] {
  const path = join(project, 'scripts', 'mutants', 'equivalent.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
}

/** Whether both are about the same lines, wherever these stand in the file. */
export function isSame(equivalent: Equivalent, mutant: Mutant): boolean {
  return (['file', 'rule', 'before', 'after'] as const).every((part) => equivalent[part] === mutant[part]);
}
