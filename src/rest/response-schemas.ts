import { z } from 'zod';

/** Schemas of responses. The registry holds their names in the OpenAPI document (`components.schemas`). */
export const named = z.registry<{ id: string }>();

const instant = z.iso.datetime({ offset: true });
const tier = z.enum(['local', 'private', 'public']);
export const flagReason = z.enum(['stale', 'incorrect', 'duplicate']);
export const status = z.enum(['pending', 'approved', 'rejected']);
const count = z.int().min(0);
const counts = z.record(z.string(), count);

export const knowledgeUnit = z
  .object({
    id: z.string().regex(/^ku_[0-9a-f]{32}$/),
    version: z.int(),
    domains: z.array(z.string()),
    insight: z.object({ summary: z.string(), detail: z.string(), action: z.string() }),
    context: z.object({ languages: z.array(z.string()), frameworks: z.array(z.string()), pattern: z.string() }),
    evidence: z.object({
      confidence: z.number().min(0).max(1),
      confirmations: z.int(),
      first_observed: instant,
      last_confirmed: instant,
    }),
    tier,
    created_by: z.string().optional().meta({ description: 'Told to the proposer and to reviewers only.' }),
    superseded_by: z.string().nullable(),
    extensions: z.record(z.string(), z.unknown()).nullable(),
    flags: z
      .array(
        z.object({
          reason: flagReason,
          timestamp: instant,
          detail: z.string().nullable().meta({ description: 'Told to who flagged and to reviewers only.' }),
          duplicate_of: z.string().nullable(),
        }),
      )
      .meta({ description: 'The latest ones, oldest first.' }),
  })
  .register(named, { id: 'KnowledgeUnit' });

export const foundUnits = z.object({ data: z.array(knowledgeUnit) }).register(named, { id: 'FoundUnits' });

export const reviewItem = z
  .object({
    knowledge_unit: knowledgeUnit,
    status,
    reviewed_by: z.string().nullable(),
    reviewed_at: instant.nullable(),
  })
  .register(named, { id: 'ReviewItem' });

export const reviewQueue = z
  .object({ items: z.array(reviewItem), total: count, offset: count, limit: count })
  .register(named, { id: 'ReviewQueue' });

export const reviewItems = z.array(reviewItem).register(named, { id: 'ReviewItems' });

export const decision = z
  .object({ unit_id: z.string(), status, reviewed_by: z.string(), reviewed_at: instant })
  .register(named, { id: 'Decision' });

const statistics = { total_count: count, tier_counts: z.partialRecord(tier, count), domain_counts: counts };

export const knowledgeStats = z
  .object({ ...statistics, confidence_distribution: counts })
  .register(named, { id: 'KnowledgeStats' });

export const activity = z
  .object({
    type: z.enum(['proposed', 'approved', 'rejected']),
    unit_id: z.string(),
    summary: z.string(),
    reviewed_by: z.string().optional(),
    timestamp: instant,
  })
  .register(named, { id: 'Activity' });

export const reviewStats = z
  .object({
    counts: z.object({ pending: count, approved: count, rejected: count }),
    domains: counts,
    confidence_distribution: counts,
    recent_activity: z.array(activity),
    trends: z.object({
      daily: z.array(z.object({ date: z.iso.date(), proposed: count, approved: count, rejected: count })),
    }),
  })
  .register(named, { id: 'ReviewStats' });

export const signedIn = z.object({ token: z.string(), username: z.string() }).register(named, { id: 'SignedIn' });

export const me = z.object({ username: z.string(), created_at: instant }).register(named, { id: 'Me' });

export const keyAccess = z.enum(['read', 'write']);

export const apiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    labels: z.array(z.string()),
    prefix: z.string(),
    key_prefix: z.string().meta({ description: 'The same as prefix.' }),
    ttl: z.string(),
    expires_at: instant,
    created_at: instant,
    last_used_at: instant.nullable(),
    revoked_at: instant.nullable(),
    is_expired: z.boolean(),
    is_active: z.boolean(),
    access: keyAccess.optional().meta({ description: 'Of a key with limits only.' }),
    domains: z.array(z.string()).nullable().optional().meta({ description: 'Of a key with limits only.' }),
  })
  .register(named, { id: 'ApiKey' });

export const newApiKey = apiKey
  .extend({
    token: z.string().meta({ description: 'The key itself, shown this once.' }),
    api_key: z.string().meta({ description: 'The same as token.' }),
  })
  .register(named, { id: 'NewApiKey' });

export const apiKeys = z.object({ data: z.array(apiKey) }).register(named, { id: 'ApiKeys' });

export const message = z.object({ message: z.string() }).register(named, { id: 'Message' });

export const health = z.object({ status: z.literal('ok') }).register(named, { id: 'Health' });

export const nodeDiscovery = z
  .object({
    version: z.literal(1),
    api_base_url: z.url({ protocol: /^https?$/ }),
    api_version: z.literal('v1'),
    node_name: z.string().max(200),
  })
  .register(named, { id: 'NodeDiscovery' });

export const refused = z
  .object({
    detail: z.union([
      z.string(),
      z.array(
        z.object({
          type: z.string(),
          loc: z.array(z.union([z.string(), z.int()])),
          msg: z.string(),
          input: z.unknown().optional(),
          ctx: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
    ]),
  })
  .register(named, { id: 'Refused' });
