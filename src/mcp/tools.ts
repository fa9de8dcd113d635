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
import type { ErrorCode } from '../errors.ts';
import type { Execute, ExecutionContext } from '../graphql/execute.ts';
import { shipped } from '../shipped.ts';
import { readArguments } from './arguments.ts';
import { inputSchema } from './input-schema.ts';
import { type SdkSchema, toSdkSchema } from './json-schema.ts';
import { outputSchema } from './output-schema.ts';
import { parametersOf } from './parameters.ts';
import { errorResult, toToolResult } from './tool-result.ts';
import { annotationsOf, traitsOf } from './tool-traits.ts';
import { userErrorFragment } from './user-error-fragment.ts';
import { createWording } from './wording.ts';

/** An MCP tool, which executes one GraphQL operation. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: SdkSchema;
  readonly output: SdkSchema;
  readonly annotations: ToolAnnotations;
  /** The GraphQL document that it executes. */
  readonly document: string;
  run(args: Readonly<Record<string, unknown>>, request: ExecutionContext): Promise<CallToolResult>;
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
  const traits = traitsOf(name);
  const { presentation } = traits;
  const parameters = [...parametersOf(schema, operation), ...(presentation?.parameters ?? [])];
  const own = new Set(presentation?.parameters.map((parameter) => parameter.name));
  const isMutation = operation.operation === OperationTypeNode.MUTATION;
  const wording = createWording({ tool: name, parameters, rootField: rootFieldOf(operation), isMutation });
  const enums = parameters.filter(({ type }) => type.kind === 'enum').map((parameter) => parameter.name);
  const dataSchema = outputSchema(schema, operation);
  const described = parameters.map((parameter) => ({
    ...parameter,
    description: wording.reword(parameter.description),
  }));
  return {
    name,
    title: traits.title,
    description: operation.description?.value.replaceAll('\n', ' ') ?? '',
    input: toSdkSchema(inputSchema(described)),
    output: toSdkSchema(presentation?.schema(dataSchema) ?? dataSchema),
    annotations: annotationsOf(traits, !isMutation),
    document: query,
    async run(args, request) {
      const read = readArguments(name, parameters, args);
      if ('problems' in read) {
        const code: ErrorCode = 'BAD_USER_INPUT';
        request.logFields.codes = [code];
        return errorResult(read.problems.map((problem) => ({ code, ...problem })));
      }
      const completed = Object.entries(traits.complete?.(read.values) ?? read.values).filter(
        ([name]) => !own.has(name),
      );
      // enum values are in lower case in cq, and in upper case in GraphQL
      const variables = Object.fromEntries(
        completed.map(([name, value]) => [name, enums.includes(name) ? String(value).toUpperCase() : value]),
      );
      return toToolResult(
        await execute({ query, operationName: operation.name?.value, variables }, request),
        wording,
        presentation && ((data) => presentation.present(data, read.values)),
      );
    },
  };
}

function rootFieldOf({ selectionSet }: OperationDefinitionNode): string {
  const [first] = selectionSet.selections;
  if (first?.kind !== Kind.FIELD) throw new Error('the operation begins with no field');
  return first.name.value;
}

function operationOf({ definitions }: DocumentNode): OperationDefinitionNode {
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('the file contains no operation');
  return operation;
}
