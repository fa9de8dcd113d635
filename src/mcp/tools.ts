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
import type { RequestFacts } from '../transport/request.ts';
import { type Input, inputOf } from './input.ts';
import { toResult } from './result.ts';
import { userErrorParts } from './user-errors.ts';

/** A tool and the one operation behind it. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly input: Input['schema'];
  readonly annotations: ToolAnnotations;
  run(args: Readonly<Record<string, unknown>>, facts: RequestFacts): Promise<CallToolResult>;
}

const folder = shipped('src/mcp/operations/');

/** One tool for each operation file, called as the file is. What an operation says and takes is what its tool says and takes. */
export function readTools(schema: GraphQLSchema, execute: Execute): Tool[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
  return files.map((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    return toolOf(file.replace(/\.graphql$/, ''), text, schema, execute);
  });
}

/** Throws when the operation does not fit the schema. */
export function toolOf(name: string, text: string, schema: GraphQLSchema, execute: Execute): Tool {
  const query = `${text}${userErrorParts(schema, text)}`;
  const document = parse(query);
  const [problem] = validate(schema, document);
  if (problem) throw problem;
  const operation = operationOf(document);
  const input = inputOf(schema, operation);
  return {
    name,
    description: operation.description?.value.replaceAll('\n', ' ') ?? '',
    input: input.schema,
    annotations: {
      readOnlyHint: operation.operation === OperationTypeNode.QUERY,
      destructiveHint: false,
      openWorldHint: false,
    },
    async run(args, facts) {
      const variables = input.toVariables(args);
      return toResult(await execute({ query, operationName: operation.name?.value, variables }, facts), input.reword);
    },
  };
}

function operationOf({ definitions }: DocumentNode): OperationDefinitionNode {
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('the file has no operation');
  return operation;
}
