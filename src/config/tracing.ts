import { z } from 'zod';
import type { Environment } from './value-schemas.ts';

/**
 * The variables of traces: those of OpenTelemetry's specification. What is wrong with one is said only where traces are sent, since they may
 * be set for all programs of a machine.
 */
export const tracingVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.string().default('http/protobuf'),
  OTEL_EXPORTER_OTLP_TIMEOUT: z.string().default('10000'),
  OTEL_SERVICE_NAME: z.string().default('cq-server'),
  OTEL_RESOURCE_ATTRIBUTES: z.string().optional(),
  OTEL_TRACES_SAMPLER: z.string().default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.string().default('1'),
  OTEL_BSP_SCHEDULE_DELAY: z.string().default('5000'),
  OTEL_TRACES_EXPORTER: z.string().default('otlp'),
  OTEL_SDK_DISABLED: z.string().default('false'),
};

/** Where traces are sent to, and which. */
export interface TracingConfig {
  /** The URL that spans are posted to. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: 'http/protobuf' | 'http/json';
  /** How long one post may take, with all that is tried again. */
  readonly timeoutMs: number;
  /** How long spans wait for others, to be sent together. */
  readonly delayMs: number;
  /** What is sent of this process: `service.name` and others. */
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: SamplerConfig;
}

export interface SamplerConfig {
  /** How many of the traces are sent, from 0 to 1. */
  readonly ratio: number;
  /** Whether a caller may ask that its request is not traced. */
  readonly followsCaller: boolean;
}

/** Null where nothing is to be sent. Throws an `Error` with all problems. */
export function readTracing(environment: Environment): TracingConfig | null {
  const values = z.object(tracingVariables).parse(environment);
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = values;
  const isOff = /^true$/i.test(values.OTEL_SDK_DISABLED) || values.OTEL_TRACES_EXPORTER === 'none';
  if (isOff || (base === undefined && own === undefined)) return null;
  const problems: string[] = [];
  const attempt = <T>(name: keyof typeof tracingVariables, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      problems.push(`${name} ${(error as Error).message}.`);
      return undefined as T;
    }
  };
  const config: TracingConfig = {
    url:
      own === undefined
        ? attempt('OTEL_EXPORTER_OTLP_ENDPOINT', () => `${endpoint(base ?? '').replace(/\/$/, '')}/v1/traces`)
        : attempt('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', () => endpoint(own)),
    headers: attempt('OTEL_EXPORTER_OTLP_HEADERS', () => headersIn(values.OTEL_EXPORTER_OTLP_HEADERS ?? '')),
    protocol: attempt('OTEL_EXPORTER_OTLP_PROTOCOL', () => protocol(values.OTEL_EXPORTER_OTLP_PROTOCOL)),
    timeoutMs: attempt('OTEL_EXPORTER_OTLP_TIMEOUT', () => milliseconds(values.OTEL_EXPORTER_OTLP_TIMEOUT, 100)),
    delayMs: attempt('OTEL_BSP_SCHEDULE_DELAY', () => milliseconds(values.OTEL_BSP_SCHEDULE_DELAY, 1)),
    resource: {
      ...attempt('OTEL_RESOURCE_ATTRIBUTES', () => pairsIn(values.OTEL_RESOURCE_ATTRIBUTES ?? '')),
      ...(environment.OTEL_SERVICE_NAME || !/(^|,)\s*service\.name=/.test(values.OTEL_RESOURCE_ATTRIBUTES ?? '')
        ? { 'service.name': values.OTEL_SERVICE_NAME }
        : {}),
    },
    sampler: samplerOf(values.OTEL_TRACES_SAMPLER, values.OTEL_TRACES_SAMPLER_ARG, attempt),
  };
  attempt('OTEL_TRACES_EXPORTER', () => {
    if (values.OTEL_TRACES_EXPORTER !== 'otlp')
      throw new Error(`must be otlp or none, ${got(values.OTEL_TRACES_EXPORTER)}`);
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return config;
}

/** The configuration for display: of headers their names. */
export const describeTracing = (config: TracingConfig | null) =>
  config && { ...config, headers: Object.keys(config.headers) };

const got = (value: string) => `got ${JSON.stringify(value.slice(0, 200))}`;

function endpoint(text: string): string {
  const url = URL.parse(text);
  // what it is may be a secret
  if (url?.username || url?.password)
    throw new Error('must have no user and no password: set OTEL_EXPORTER_OTLP_HEADERS');
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash)
    throw new Error('must be an http or https URL without a query, such as http://collector:4318');
  return text;
}

function protocol(text: string): TracingConfig['protocol'] {
  if (text === 'http/protobuf' || text === 'http/json') return text;
  const instead = text === 'grpc' ? ': collectors of gRPC take HTTP too, mostly on port 4318' : '';
  throw new Error(`must be http/protobuf or http/json, ${got(text)}${instead}`);
}

function milliseconds(text: string, least: number): number {
  const ms = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (ms < least) throw new Error(`must be milliseconds from ${least} to 999999, ${got(text)}`);
  return ms;
}

/** Of OpenTelemetry's form `name=value,name=value`, with values percent-encoded. Values are not repeated in errors: they may be secrets. */
function pairsIn(text: string): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  if (pairs.length > 64) throw new Error(`must have at most 64 entries, got ${pairs.length}`);
  return Object.fromEntries(
    pairs.map((pair, at) => {
      const split = pair.indexOf('=');
      const name = pair.slice(0, Math.max(split, 0)).trim();
      if (!/^[\w.!#$%&'*+^`|~:/-]{1,200}$/.test(name) || name === '__proto__')
        throw new Error(`must be name=value pairs separated by commas; entry ${at + 1} is none`);
      try {
        return [name, decodeURIComponent(pair.slice(split + 1).trim()).slice(0, 4096)];
      } catch {
        throw new Error(`has a value that is not percent-encoded, that of ${name}`);
      }
    }),
  );
}

function headersIn(text: string): Record<string, string> {
  const headers = pairsIn(text);
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name))
      throw new Error(`has a name that no header can have: ${JSON.stringify(name)}`);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      throw new Error(`has a value that no header can have, that of ${name}`);
  }
  return headers;
}

type Attempt = <T>(name: 'OTEL_TRACES_SAMPLER' | 'OTEL_TRACES_SAMPLER_ARG', read: () => T) => T;

function samplerOf(name: string, arg: string, attempt: Attempt): SamplerConfig {
  const followsCaller = name.startsWith('parentbased_');
  switch (name.replace('parentbased_', '')) {
    case 'always_on':
      return { ratio: 1, followsCaller };
    case 'always_off':
      return { ratio: 0, followsCaller };
    case 'traceidratio':
      return { ratio: attempt('OTEL_TRACES_SAMPLER_ARG', () => ratio(arg)), followsCaller };
    default:
      return attempt('OTEL_TRACES_SAMPLER', () => {
        throw new Error(
          `must be always_on, always_off or traceidratio, or one of these behind parentbased_, ${got(name)}`,
        );
      });
  }
}

function ratio(text: string): number {
  if (!/^(?:0?\.\d{1,12}|[01](?:\.0{0,12})?|0\.\d{1,12})$/.test(text))
    throw new Error(`must be a number from 0 to 1, ${got(text)}`);
  return Number(text);
}
