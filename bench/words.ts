import type { Random } from './random.ts';

/** Words, identifiers and tags to make lessons of. */

const common = `the a to in of is and when with for not that on it must by are from before after if only use each one an
  at returns error value request default server file set key test type call run null client read write build time
  version config query string connection cache index token response header update check path memory process module
  timeout retry thread table column schema lock event state object array field method function class import export
  package release deploy container image volume network port socket proxy route handler middleware session cookie
  password secret certificate signature hash encoding charset locale timezone date number integer float boolean
  transaction commit rollback migration replica shard partition queue topic message consumer producer batch stream
  buffer pipe signal exit code stack trace log metric alert dashboard budget limit quota throttle backoff idempotent
  duplicate missing stale wrong empty large small slow fast silently once twice never always instead while until
  because without across inside outside between through against depends breaks fails works needs keeps drops ignores
  expects requires allows refuses accepts waits blocks leaks grows shrinks`.split(/\s+/);

const syllables =
  'ba be bi co cu da de di do fa fi ga go ka ki la le lo ma me mi mo na ne no pa pe po ra re ri ro sa se si so ta te ti to va ve vi za ze'.split(
    ' ',
  );

const bases = `api security testing database python typescript javascript react postgresql docker kubernetes performance
  ci git auth payments webhooks networking caching logging node go rust java css html http graphql rest sql sqlite redis
  aws gcp azure terraform linux bash concurrency async memory encoding dates timezones migrations deployment monitoring
  observability serverless frontend backend mobile ios android swift kotlin django flask fastapi rails spring nextjs vue
  svelte angular webpack vite npm pip cargo gradle maven makefile regex unicode json yaml xml csv pdf email oauth jwt
  cors tls dns grpc kafka rabbitmq celery cron search embeddings llm agents prompts mcp`.split(/\s+/);

export const languages = 'python typescript javascript go rust java kotlin swift ruby php csharp sql bash'.split(' ');
export const frameworks =
  'react django fastapi express nextjs flask spring rails vue svelte angular nestjs laravel gin axum'.split(' ');
export const patterns = 'webhook-handler api-client data-pipeline background-job cli-tool migration ci-cd'.split(' ');

/** `count` different tags: the ones everybody uses first, then pairs of them. */
export function makeTags(count: number): string[] {
  const pairs = bases.flatMap((first) => bases.filter((second) => second !== first).map((second) => [first, second]));
  // a fixed stride mixes the first halves, so that neighbours in rank do not look alike
  const mixed = pairs.map((_pair, place) => pairs[(place * 7919) % pairs.length]?.join('-') ?? '');
  return [...bases, ...new Set(mixed)].slice(0, count);
}

/** `count` different words: plain ones first, then rarer ones, some of them identifiers. */
export function makeVocabulary(count: number, random: Random): string[] {
  const words = new Set(common);
  while (words.size < count) {
    const made = Array.from({ length: random.whole(2, 4) }, () => random.pick(syllables)).join('');
    const [verb, noun] = [random.pick(common), random.pick(common)];
    const kind = random.next();
    if (kind < 0.6) words.add(made);
    else if (kind < 0.75) words.add(`\`${verb}${noun.charAt(0).toUpperCase()}${noun.slice(1)}${random.whole(1, 9)}\``);
    else if (kind < 0.9) words.add(`\`${verb}_${noun}_${made}\``);
    else words.add(`ERR_${made.toUpperCase()}_${random.whole(100, 599)}`);
  }
  return [...words];
}
