import { buildSchema } from 'graphql';
import type { ExecutionContext } from '../../src/graphql/execute.ts';
import { readTypeDefs } from '../../src/graphql/type-defs.ts';
import { readTools, type Tool } from '../../src/mcp/tools.ts';

type Variables = Record<string, unknown>;

/** The tools over operations that are not executed, and the variables that they would have. */
export function capturedTools() {
  let captured: Variables | undefined;
  const tools = readTools(buildSchema(readTypeDefs()), async ({ variables }) => {
    captured = variables;
    return { data: { a: { userErrors: [] } } };
  });
  const context = { logFields: {} } as ExecutionContext;
  const toolOf = (name: string): Tool => tools.find((tool) => tool.name === name) ?? raise(`no tool ${name}`);
  return {
    tools,
    toolOf,
    /** The variables that arguments become, or the text of the error. */
    async call(name: string, args: Variables): Promise<Variables | string> {
      captured = undefined;
      const { isError, content } = await toolOf(name).run(args, context);
      if (isError) return content.map((part) => ('text' in part ? part.text : '')).join('\n');
      return captured ?? raise('nothing was executed');
    },
  };
}

function raise(message: string): never {
  throw new Error(message);
}
