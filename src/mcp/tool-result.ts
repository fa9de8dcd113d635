import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Executed } from '../graphql/execute.ts';
import type { Wording } from './wording.ts';

/** One error in a tool result. */
interface ToolError {
  readonly code: unknown;
  readonly message: string;
  readonly [detail: string]: unknown;
}

/**
 * Converts the result of an operation to a tool result: its data as `present` has them, else as structured content and as JSON text, without the root field
 * where there is only one; or all errors and `userErrors` with `isError`, in the tool's own words.
 */
export function toToolResult(
  { data, errors = [] }: Executed,
  { reword, parameterAt }: Wording,
  present: (answer: Record<string, unknown>) => CallToolResult = inFull,
): CallToolResult {
  if (errors.length > 0)
    return errorResult(
      errors.map(({ message, extensions }) => ({ code: 'ERROR', ...extensions, message: reword(message) })),
    );
  const fields = Object.values(data ?? {});
  const { userErrors = [], ...answer } = (fields.length === 1 ? fields[0] : data) as Record<string, unknown>;
  if (isToolErrors(userErrors) && userErrors.length > 0)
    return errorResult(
      userErrors.map(({ path, ...error }) => {
        const parameter = Array.isArray(path) ? parameterAt(path) : undefined;
        return { ...error, message: reword(error.message), ...(parameter && { parameter }) };
      }),
    );
  // a payload has fields for different outcomes
  const isPayload = fields.length === 1 && 'userErrors' in (fields[0] as object);
  return present(isPayload ? Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== null)) : answer);
}

const inFull = (answer: Record<string, unknown>): CallToolResult => ({
  content: [{ type: 'text', text: JSON.stringify(answer) }],
  structuredContent: answer,
});

/** A tool result with `isError`: a line for each error, and for each unit that an error names. */
export function errorResult(errors: readonly ToolError[]): CallToolResult {
  const text = errors.flatMap((error) => [`${error.code}: ${error.message}`, ...unitsIn(error)]).join('\n');
  return { content: [{ type: 'text', text }], structuredContent: { errors }, isError: true };
}

/** A line for each unit in the fields of an error. */
function unitsIn(error: ToolError): string[] {
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

const isToolErrors = (value: unknown): value is ToolError[] => Array.isArray(value);
