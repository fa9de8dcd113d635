import type { CallToolResult, ToolAnnotations } from '@modelcontextprotocol/server';
import type { JsonSchema } from './json-schema.ts';
import type { Parameter } from './parameters.ts';
import { queryPresentation } from './query-answer.ts';
import { withContentKey } from './repeats.ts';

/** What an operation does not say about its tool. */
export interface ToolTraits {
  /** For people, who see it in menus and when they are asked for permission. */
  readonly title: string;
  /** Whether a call that is sent again has no further effect. */
  readonly isIdempotent: boolean;
  /** Adds to the arguments what their caller leaves to the server. */
  complete?(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** How its answers are presented, where that is not the data of the operation as they are. */
  readonly presentation?: Presentation;
}

/** How a tool presents the data of its operation. */
export interface Presentation {
  /** Parameters that are not the operation's. */
  readonly parameters: readonly Parameter[];
  /** The output schema, from that of the data. */
  schema(data: JsonSchema): JsonSchema;
  /** The tool result, from the data and the arguments of its own parameters. */
  present(data: Readonly<Record<string, unknown>>, values: Readonly<Record<string, unknown>>): CallToolResult;
}

const traits: Readonly<Record<string, ToolTraits>> = {
  query: { title: 'Search the commons', isIdempotent: true, presentation: queryPresentation },
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
