import { randomUUID } from 'node:crypto';
import { maxInteger } from './rules.ts';

/** Global ids, as clients see them: a prefix for the type, then the id in the database. */

/** Whether a text has the form of `newHexId`. */
export const isHexId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);
const serial = (text: string) => /^[1-9][0-9]{0,9}$/.test(text) && Number(text) <= maxInteger;

export const newHexId = (): string => randomUUID().replaceAll('-', '');
export const newUnitId = (): string => `ku_${newHexId()}`;
export const newRevisionId = (): string => `rev_${newHexId()}`;

let lastFlag = { at: 0, place: 0 };

/** An id that is greater than all that this process has made before: lists order flags of one millisecond by id. */
export function newFlagId(): string {
  const now = Date.now();
  const { at, place } = lastFlag;
  if (now > at) lastFlag = { at: now, place: 0 };
  else lastFlag = place < 0xff_ff_ff ? { at, place: place + 1 } : { at: at + 1, place: 0 };
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  return `flg_${hex(lastFlag.at, 12)}${hex(lastFlag.place, 6)}${newHexId().slice(-14)}`;
}

export type NodeType =
  | 'KnowledgeUnit'
  | 'Flag'
  | 'Suggestion'
  | 'Activity'
  | 'User'
  | 'ApiKey'
  | 'Session'
  | 'Invitation'
  | 'QuarantinedRow'
  | 'Webhook'
  | 'WebhookDelivery';

export const userNodeId = (id: number): string => `usr_${id}`;
export const eventNodeId = (id: number): string => `evt_${id}`;
export const apiKeyNodeId = (id: string): string => `key_${id}`;
export const sessionNodeId = (id: string): string => `ses_${id}`;
export const invitationNodeId = (id: string): string => `inv_${id}`;
export const quarantineNodeId = (id: number): string => `qua_${id}`;
export const webhookNodeId = (id: string): string => `whk_${id}`;
export const deliveryNodeId = (id: string): string => `whd_${id}`;
export const auditNodeId = (id: number): string => `aud_${id}`;

const types: Record<string, { type: NodeType; isRest: (text: string) => boolean }> = {
  ku: { type: 'KnowledgeUnit', isRest: isHexId },
  flg: { type: 'Flag', isRest: isHexId },
  rev: { type: 'Suggestion', isRest: isHexId },
  evt: { type: 'Activity', isRest: serial },
  usr: { type: 'User', isRest: serial },
  key: { type: 'ApiKey', isRest: isHexId },
  ses: { type: 'Session', isRest: isHexId },
  inv: { type: 'Invitation', isRest: isHexId },
  qua: { type: 'QuarantinedRow', isRest: serial },
  whk: { type: 'Webhook', isRest: isHexId },
  whd: { type: 'WebhookDelivery', isRest: isHexId },
};

/** Splits a global id into its type and the id in the database; null for anything else. */
export function parseNodeId(id: string): { readonly type: NodeType; readonly rest: string } | null {
  const [prefix = '', rest = '', ...more] = id.split('_');
  const known = Object.hasOwn(types, prefix) ? types[prefix] : undefined;
  return known?.isRest(rest) && more.length === 0 ? { type: known.type, rest } : null;
}

/** The number of an account; null for an id of anything else. */
export function userIdOf(nodeId: string): number | null {
  const id = parseNodeId(nodeId);
  return id?.type === 'User' ? Number(id.rest) : null;
}

/** `isUnitId` as a regular expression, for JSON Schema. */
export const unitIdPattern = '^ku_[0-9a-f]{32}$';

export const isUnitId = (id: string): boolean => parseNodeId(id)?.type === 'KnowledgeUnit';
