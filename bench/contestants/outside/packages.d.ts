/**
 * The little of these packages that the benchmark uses. It goes before their own types, so that types are checked where they are not installed.
 */

declare module '@envelop/graphql-jit' {
  export function useGraphQlJit(): import('graphql-yoga').Plugin;
}

declare module 'fastify' {
  export default function Fastify(): {
    register<Options>(plugin: (options: Options) => void, options: Options): Promise<void>;
    listen(at: { readonly host: string; readonly port: number }): Promise<string>;
    close(): Promise<void>;
  };
}

declare module 'mercurius' {
  export default function mercurius(options: {
    readonly schema: string;
    readonly resolvers: object;
    /** After how many executions an operation is compiled. */
    readonly jit: number;
  }): void;
}

declare module 'postgraphile' {
  export function postgraphile(preset: object): {
    createServ<Served>(serve: (options: object) => Served): Served;
    release(): Promise<void>;
  };
}

declare module 'postgraphile/presets/amber' {
  export const PostGraphileAmberPreset: object;
}

declare module 'postgraphile/adaptors/pg' {
  export function makePgService(options: {
    readonly connectionString: string;
    readonly schemas: readonly string[];
    readonly poolConfig: { readonly max: number };
  }): object;
}

declare module 'postgraphile/grafserv/node' {
  export function grafserv(options: object): { addTo(server: import('node:http').Server): Promise<void> };
}
