import { parse, visit } from 'graphql';
import type { Edit } from './mutant.ts';

/** Every directive of an SDL document left out, one at a time. */
export function schemaEdits(source: string): Edit[] {
  const edits: Edit[] = [];
  visit(parse(source), {
    Directive({ loc }) {
      if (loc) edits.push({ rule: 'removed directive', start: loc.start, end: loc.end, text: '' });
    },
  });
  return edits;
}
