/** A JSON Schema of the draft 2020-12, which is what MCP describes tools in. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** A JSON Schema in the form that the SDK registers tools with. */
export interface SdkSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'cq';
    readonly types?: { readonly input: Record<string, unknown>; readonly output: Record<string, unknown> };
    /** Passes every value: `arguments.ts` reads arguments, and tests validate what tools answer. */
    validate(value: unknown): { readonly value: Record<string, unknown> };
    readonly jsonSchema: {
      input(options: object): Record<string, unknown>;
      output(options: object): Record<string, unknown>;
    };
  };
}

export function toSdkSchema(schema: JsonSchema): SdkSchema {
  return {
    '~standard': {
      version: 1,
      vendor: 'cq',
      validate: (value) => ({ value: value as Record<string, unknown> }),
      jsonSchema: { input: () => ({ ...schema }), output: () => ({ ...schema }) },
    },
  };
}
