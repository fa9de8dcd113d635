import { readdirSync, readFileSync } from 'node:fs';
import type { CallToolResult, ToolAnnotations } from '@modelcontextprotocol/server';
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';
import type { Execute } from '../graphql/execute.ts';
import { shipped } from '../shipped.ts';
import type { RequestContext } from '../transport/request.ts';
import { type ToolInput, toolInput } from './tool-input.ts';
import { toToolResult } from './tool-result.ts';
import { userErrorFragment } from './user-error-fragment.ts';

/** An MCP tool, which executes one GraphQL operation. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly input: ToolInput['schema'];
  readonly annotations: ToolAnnotations;
  /** The GraphQL document that it executes. */
  readonly document: string;
  run(args: Readonly<Record<string, unknown>>, request: RequestContext): Promise<CallToolResult>;
}

const folder = shipped('src/mcp/tools/');

/**
 * Reads the tools from src/mcp/tools/*.graphql. The file's name is the tool's name; its docstrings are the tool's description and
 * those of its parameters, which are the operation's variables.
 */
export function readTools(schema: GraphQLSchema, execute: Execute): Tool[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
  return files.map((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    return createTool(file.replace(/\.graphql$/, ''), text, schema, execute);
  });
}

/** The documents of all tools, which are always trusted (`CQ_TRUSTED_DOCUMENTS`). */
export const toolDocuments = (schema: GraphQLSchema): string[] =>
  readTools(schema, () => Promise.reject(new Error('only read'))).map(({ document }) => document);

/** Creates a tool from the text of an operation. Throws when that is not valid against the schema. */
export function createTool(name: string, text: string, schema: GraphQLSchema, execute: Execute): Tool {
  const query = `${text}${userErrorFragment(schema, text)}`;
  const document = parse(query);
  const [problem] = validate(schema, document);
  if (problem) throw problem;
  const operation = operationOf(document);
  const input = toolInput(schema, operation);
  return {
    name,
    description: operation.description?.value.replaceAll('\n', ' ') ?? '',
    input: input.schema,
    annotations: {
      readOnlyHint: operation.operation === OperationTypeNode.QUERY,
      destructiveHint: false,
      openWorldHint: false,
    },
    document: query,
    async run(args, request) {
      const variables = input.toVariables(args);
      return toToolResult(
        await execute({ query, operationName: operation.name?.value, variables }, request),
        input.reword,
      );
    },
  };
}

function operationOf({ definitions }: DocumentNode): OperationDefinitionNode {
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('the file contains no operation');
  return operation;
}
