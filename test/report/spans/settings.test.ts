import { describe, expect, it } from 'vitest';
import { spanSettings } from '../../../src/report/spans/settings.ts';

const BASE = 'http://127.0.0.1:4318';

describe('where spans go', () => {
  it.each<[string, Record<string, string>]>([
    ['no variable says', {}],
    ['it is empty', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    ['only headers are set', { OTEL_EXPORTER_OTLP_HEADERS: 'a=b' }],
    ['the SDK is disabled', { OTEL_EXPORTER_OTLP_ENDPOINT: BASE, OTEL_SDK_DISABLED: 'True' }],
    ['traces have no exporter', { OTEL_EXPORTER_OTLP_ENDPOINT: BASE, OTEL_TRACES_EXPORTER: 'none' }],
  ])('is nowhere when %s', (_, env) => {
    expect(spanSettings(env)).toBeUndefined();
  });

  it.each<[string, Record<string, string>, object]>([
    [
      'a base gets the path of traces',
      { OTEL_EXPORTER_OTLP_ENDPOINT: `${BASE}/otel/` },
      { url: `${BASE}/otel/v1/traces` },
    ],
    [
      'the endpoint of traces is taken as it is, and first',
      { OTEL_EXPORTER_OTLP_ENDPOINT: BASE, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${BASE}/in` },
      { url: `${BASE}/in` },
    ],
    [
      'headers are decoded, and those of traces come first',
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: BASE,
        OTEL_EXPORTER_OTLP_HEADERS: 'a=1',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'key=a%20b%3D, x-y = 2,bad',
      },
      { headers: { key: 'a b=', 'x-y': '2' } },
    ],
    [
      'the name of the service comes before that of the resource',
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: BASE,
        OTEL_SERVICE_NAME: 'mover',
        OTEL_RESOURCE_ATTRIBUTES: 'service.name=x,team=web',
      },
      { resource: { 'service.name': 'mover', team: 'web' } },
    ],
    [
      'there are defaults',
      { OTEL_EXPORTER_OTLP_ENDPOINT: BASE },
      { resource: { 'service.name': 'meshway' }, timeoutMs: 10_000, remarks: [] },
    ],
    [
      'a timeout is in milliseconds',
      { OTEL_EXPORTER_OTLP_ENDPOINT: BASE, OTEL_EXPORTER_OTLP_TIMEOUT: '250' },
      { timeoutMs: 250 },
    ],
    [
      'another protocol is remarked on',
      { OTEL_EXPORTER_OTLP_ENDPOINT: BASE, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      { remarks: ['OTEL_EXPORTER_OTLP_PROTOCOL is grpc: spans are sent as http/json'] },
    ],
  ])('%s', (_, env, settings) => {
    expect(spanSettings(env)).toMatchObject(settings);
  });
});
