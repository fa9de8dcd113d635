import { describe, expect, it } from 'vitest';
import { describeConfig, readConfig } from '../../src/config/config.ts';

const base = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };
const tracing = (environment: Record<string, string>) => readConfig(environment).tracing;
const problem = (changes: Record<string, string>) => {
  try {
    readConfig({ ...base, ...changes });
  } catch (error) {
    return (error as Error).message;
  }
  return null;
};

describe('traces', () => {
  it('are sent nowhere unless told', () => {
    expect(tracing({})).toBeNull();
    expect(tracing({ ...base, OTEL_SDK_DISABLED: 'true' })).toBeNull();
    expect(tracing({ ...base, OTEL_TRACES_EXPORTER: 'none' })).toBeNull();
    // set for all programs of a machine, and no matter of this one
    expect(tracing({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_TRACES_SAMPLER: 'jaeger_remote' })).toBeNull();
  });

  it('are sent as OpenTelemetry has it', () => {
    expect(tracing(base)).toEqual({
      ...{
        url: 'http://collector:4318/v1/traces',
        headers: {},
        protocol: 'http/protobuf',
        timeoutMs: 10_000,
        delayMs: 5000,
      },
      ...{ resource: { 'service.name': 'cq-server' }, sampler: { ratio: 1, followsCaller: true } },
    });
    expect(
      tracing({
        ...base,
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://other/spans',
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20t, x-tenant = a',
        OTEL_SERVICE_NAME: 'commons',
        OTEL_RESOURCE_ATTRIBUTES: 'service.name=not-this,deployment.environment=prod',
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
      }),
    ).toMatchObject({
      ...{ url: 'https://other/spans', headers: { authorization: 'Bearer t', 'x-tenant': 'a' } },
      resource: { 'service.name': 'commons', 'deployment.environment': 'prod' },
      sampler: { ratio: 0.25, followsCaller: false },
    });
    expect(tracing({ ...base, OTEL_RESOURCE_ATTRIBUTES: 'service.name=ours' })?.resource).toEqual({
      'service.name': 'ours',
    });
  });

  it('headers are shown to nobody', () => {
    const config = readConfig({ ...base, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20hush' });
    expect(JSON.stringify(describeConfig(config))).not.toContain('hush');
    expect(describeConfig(config).tracing).toMatchObject({ headers: ['authorization'] });
    expect(JSON.stringify(config.settings.plain)).not.toContain('hush');
    expect(Object.keys(config.settings.secret)).toContain('OTEL_EXPORTER_OTLP_HEADERS');
  });

  it.each([
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
      'OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL without a query, such as http://collector:4318.',
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:hush@collector' },
      'OTEL_EXPORTER_OTLP_ENDPOINT must have no user and no password: set OTEL_EXPORTER_OTLP_HEADERS.',
    ],
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or http/json, got "grpc": collectors of gRPC take HTTP too, mostly on port 4318.',
    ],
    [
      { OTEL_EXPORTER_OTLP_TIMEOUT: '10s' },
      'OTEL_EXPORTER_OTLP_TIMEOUT must be milliseconds from 100 to 999999, got "10s".',
    ],
    [
      { OTEL_EXPORTER_OTLP_HEADERS: 'hush' },
      'OTEL_EXPORTER_OTLP_HEADERS must be name=value pairs separated by commas; entry 1 is none.',
    ],
    [
      { OTEL_EXPORTER_OTLP_HEADERS: 'a=%zz' },
      'OTEL_EXPORTER_OTLP_HEADERS has a value that is not percent-encoded, that of a.',
    ],
    [
      { OTEL_EXPORTER_OTLP_HEADERS: 'a=x%0d%0ay' },
      'OTEL_EXPORTER_OTLP_HEADERS has a value that no header can have, that of a.',
    ],
    [
      { OTEL_TRACES_SAMPLER: 'jaeger_remote' },
      'OTEL_TRACES_SAMPLER must be always_on, always_off or traceidratio, or one of these behind parentbased_, got "jaeger_remote".',
    ],
    [
      { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' },
      'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, got "2".',
    ],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER must be otlp or none, got "zipkin".'],
    [{ OTEL_BSP_SCHEDULE_DELAY: '0' }, 'OTEL_BSP_SCHEDULE_DELAY must be milliseconds from 1 to 999999, got "0".'],
  ])('%j is refused', (changes, message) => {
    expect(problem(changes)).toBe(message);
  });
});
