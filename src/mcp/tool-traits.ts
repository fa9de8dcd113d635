import type { ToolAnnotations } from '@modelcontextprotocol/server';
import { withContentKey } from './repeats.ts';

/** What an operation does not say about its tool. */
export interface ToolTraits {
  /** For people, who see it in menus and when they are asked for permission. */
  readonly title: string;
  /** Whether a call that is sent again has no further effect. */
  readonly isIdempotent: boolean;
  /** Adds to the arguments what their caller leaves to the server. */
  complete?(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

const traits: Readonly<Record<string, ToolTraits>> = {
  query: { title: 'Search the commons', isIdempotent: true },
  status: { title: 'Show what the commons holds', isIdempotent: true },
  propose: { title: 'Propose a lesson', isIdempotent: true, complete: withContentKey },
  // each one counts
  confirm: { title: 'Confirm a lesson', isIdempotent: false },
  flag: { title: 'Flag a lesson', isIdempotent: false },
};

/** The traits of a tool. Throws for one that has none. */
export function traitsOf(tool: string): ToolTraits {
  const found = Object.hasOwn(traits, tool) ? traits[tool] : undefined;
  if (!found) throw new Error(`src/mcp/tool-traits.ts lacks ${tool}`);
  return found;
}

/**
 * The protocol's hints about a tool. None is destructive, since all only add: units, confirmations and flags. None reaches beyond this
 * server.
 */
export const annotationsOf = ({ title, isIdempotent }: ToolTraits, readOnlyHint: boolean): ToolAnnotations => ({
  title,
  readOnlyHint,
  destructiveHint: false,
  idempotentHint: isIdempotent,
  openWorldHint: false,
});
