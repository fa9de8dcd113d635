import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { BadUserInputError } from '../errors.ts';
import type { DeliveredLog, Webhook } from '../store/store.ts';
import { createCostCalculator } from './cost-directive.ts';
import { createDocumentValidator, parseDocument } from './document-cache.ts';
import { readEventFilter } from './subscription-events.ts';

/** A subscription of a webhook that was parsed and checked. */
export interface WebhookDocument {
  readonly document: DocumentNode;
  /** The field of the subscription. */
  readonly field: string;
  readonly log: DeliveredLog;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What is wrong with a subscription: the rest of a sentence that begins with the field of the webhook. */
export interface DocumentProblem {
  readonly field: 'document' | 'variables';
  readonly rest: string;
}

export interface DocumentsOptions {
  readonly schema: GraphQLSchema;
  /** What an event may cost for one webhook: `CQ_MAX_QUERY_COST`. */
  readonly maxCost: number;
}

/** Parses subscriptions of webhooks, and checks them against the schema, the query limits and the cost. */
export type ReadWebhookDocument = (given: Pick<Webhook, 'document' | 'variables'>) => WebhookDocument | DocumentProblem;

export const isProblem = (read: WebhookDocument | DocumentProblem): read is DocumentProblem => 'rest' in read;

type Coerced = NonNullable<Parameters<typeof getArgumentValues>[2]>;

/** Problems in one message. */
const maxProblems = 3;

export function createWebhookDocuments({ schema, maxCost }: DocumentsOptions): ReadWebhookDocument {
  const validate = createDocumentValidator(schema, true);
  const costOf = createCostCalculator(schema);
  return ({ document: text, variables: json }) => {
    let document: DocumentNode;
    try {
      document = parseDocument(text);
    } catch (error) {
      return ofDocument(`must be GraphQL: ${(error as Error).message}`);
    }
    const errors = validate(document);
    if (errors.length > 0) return ofDocument(`does not fit the schema: ${messagesOf(errors)}`);
    const operation = getOperationAST(document);
    if (operation?.operation !== 'subscription') return ofDocument('must be one operation, a subscription.');
    const field = rootFieldOf(document, operation);
    const { value: name } = field.name;
    if (field.arguments?.some(({ name }) => name.value === 'after'))
      return ofDocument('must leave out the argument after: a webhook goes on from where it is.');
    const variables = JSON.parse(json) as Record<string, unknown>;
    const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
      maxErrors: maxProblems,
    });
    if (coerced.errors) return { field: 'variables', rest: `do not fit the document: ${messagesOf(coerced.errors)}` };
    const problem = filterProblem(field, coerced.variableValues);
    if (problem !== null) return { field: 'variables', rest: `do not fit: ${problem}` };
    const { cost } = costOf(document, operation, variables);
    if (cost > maxCost) return ofDocument(`costs ${cost} for each event, at most ${maxCost}. Select fewer fields.`);
    return { document, field: name, log: name === 'auditLogged' ? 'audit_log' : 'events', variables };
  };

  /** What is wrong with the filter of events. */
  function filterProblem(field: FieldNode, variableValues: Coerced): string | null {
    const definition = schema.getSubscriptionType()?.getFields()[field.name.value];
    try {
      const { filter } = definition ? getArgumentValues(definition, field, variableValues) : {};
      readEventFilter(filter as Parameters<typeof readEventFilter>[0]);
      return null;
    } catch (error) {
      if (error instanceof BadUserInputError) return error.message;
      throw error;
    }
  }
}

const ofDocument = (rest: string): DocumentProblem => ({ field: 'document', rest });

const messagesOf = (errors: readonly { readonly message: string }[]) =>
  errors
    .slice(0, maxProblems)
    .map(({ message }) => message)
    .join(' ');

/** The one field of a valid subscription, which may be in fragments. */
function rootFieldOf({ definitions }: DocumentNode, { selectionSet }: OperationDefinitionNode) {
  for (let { selections }: SelectionSetNode = selectionSet; ; ) {
    const [selection] = selections;
    if (selection?.kind === Kind.FIELD) return selection;
    const inner =
      selection?.kind === Kind.INLINE_FRAGMENT
        ? selection
        : definitions.find(
            (definition) =>
              definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection?.name.value,
          );
    if (inner?.kind !== Kind.INLINE_FRAGMENT && inner?.kind !== Kind.FRAGMENT_DEFINITION)
      throw new Error('a valid subscription has a field');
    ({ selections } = inner.selectionSet);
  }
}
