import type { JsonSchema } from './json-schema.ts';
import type { Parameter, ValueType } from './parameters.ts';

/** The input schema of a tool: its parameters with their bounds, and nothing else. */
export function inputSchema(parameters: readonly Parameter[]): JsonSchema {
  const required = parameters.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map((parameter) => [parameter.name, schemaOf(parameter)])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function schemaOf({ description, type, isList, standard, bounds }: Parameter): JsonSchema {
  const { items, ...own } = bounds;
  return {
    ...(isList ? { type: 'array', items: { ...typeOf(type), ...items } } : typeOf(type)),
    ...own,
    ...(standard !== undefined && { default: standard }),
    description,
  };
}

function typeOf(type: ValueType): JsonSchema {
  if (type.kind === 'enum') return { type: 'string', enum: type.values };
  return { type: type.kind === 'id' ? 'string' : type.kind };
}
