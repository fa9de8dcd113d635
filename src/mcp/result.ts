import type { CallToolResult } from '@modelcontextprotocol/server';
import type { ExecutionResult } from 'graphql';

interface Failure {
  readonly code: unknown;
  readonly message: string;
  readonly [detail: string]: unknown;
}

/**
 * What a tool answers: the data of its operation, as it is and as text; or, marked as an error, everything that went
 * wrong, in words to act on, which `reword` puts into those of the tool. An operation with one root field answers with
 * what is in it.
 */
export function toResult({ data, errors = [] }: ExecutionResult, reword: (message: string) => string): CallToolResult {
  if (errors.length > 0)
    return failed(
      errors.map(({ message, extensions }) => ({ code: 'ERROR', ...extensions, message: reword(message) })),
    );
  const fields = Object.values(data ?? {});
  const { userErrors = [], ...answer } = (fields.length === 1 ? fields[0] : data) as Record<string, unknown>;
  if (isFailures(userErrors) && userErrors.length > 0)
    // the path is of the operation's input, which the caller of a tool does not know
    return failed(userErrors.map(({ path: _, ...error }) => ({ ...error, message: reword(error.message) })));
  return { content: [{ type: 'text', text: JSON.stringify(answer) }], structuredContent: answer };
}

/** The answer of a tool that did not do what it was asked. */
export function failed(errors: readonly Failure[]): CallToolResult {
  const text = errors.flatMap((error) => [`${error.code}: ${error.message}`, ...unitsIn(error)]).join('\n');
  return { content: [{ type: 'text', text }], structuredContent: { errors }, isError: true };
}

/** A line for each unit that an error names, whatever the error is. */
function unitsIn(error: Failure): string[] {
  return Object.values(error)
    .flat()
    .flatMap((value) =>
      isUnit(value) ? `The unit is ${value.id} (${value.status.toLowerCase()}): ${value.insight.summary}` : [],
    );
}

interface NamedUnit {
  readonly id: string;
  readonly status: string;
  readonly insight: { readonly summary: string };
}

const isUnit = (value: unknown): value is NamedUnit =>
  typeof value === 'object' && value !== null && 'insight' in value && 'status' in value;

const isFailures = (value: unknown): value is Failure[] => Array.isArray(value);
