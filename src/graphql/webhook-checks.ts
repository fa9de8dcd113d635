import type { WebhookChecks } from '../domain/webhooks.ts';
import { readyDocument } from '../webhooks/messages.ts';
import { problemOfUrl, type Reachable } from '../webhooks/reachable.ts';
import { isProblem, type ReadWebhookDocument } from './webhook-documents.ts';

/** What webhooks are checked by when they are saved. */
export const createWebhookChecks = (read: ReadWebhookDocument, reachable: Reachable): WebhookChecks => ({
  problemOfUrl: (url) => problemOfUrl(url, reachable),
  problemOfDocument(document, variables) {
    const given = read({ document, variables });
    return isProblem(given) ? given : null;
  },
  readyDocument: (format) => (format === 'standard' ? null : readyDocument),
});
