import { buildExecutionContext, type ExecutionArgs } from '@graphql-tools/executor';
import { type DocumentNode, getOperationAST, Kind, type OperationDefinitionNode, visit } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import type { Context } from './context.ts';
import type { DocumentCache } from './document-cache.ts';
import { executePlan } from './execute-plan.ts';
import { type Plan, planOperation } from './execution-plan.ts';

/** The plans of a document. */
interface Planned {
  /** The variables in its conditions, of `@skip` and `@include`. */
  readonly conditions: readonly string[];
  /** By the place of the operation and the values of the conditions; null for one that the executor executes. */
  readonly plans: Map<string, Plan | null>;
  /** The fields of all plans. */
  size: number;
}

/** The most fields of the plans of a document. Planning takes about 2 µs for each, which is less than validation takes. */
const maxSize = 1000;
/** Measured: a field of a plan takes about 290 bytes. */
const bytesPerField = 300;

/**
 * Yoga plugin: executes operations by plans (`execution-plan.ts`), which are kept with their documents: the cache of documents counts their
 * bytes. Operations that have no plan are left to Yoga's executor.
 */
export function usePlannedExecution(documents: Pick<DocumentCache, 'weigh'>): Plugin<object, object, Context> {
  const known = new WeakMap<DocumentNode, Planned>();
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs) => {
        const plan = planFor(args);
        const run = plan && buildExecutionContext(args);
        // what is wrong with a request, the executor says
        return run && 'schema' in run ? executePlan(plan, run) : executeFn(args);
      });
    },
  };

  function planFor({ schema, document, operationName, variableValues, contextValue }: ExecutionArgs): Plan | null {
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    let planned = known.get(document);
    if (!planned) {
      planned = { conditions: conditionsOf(document), plans: new Map(), size: 0 };
      known.set(document, planned);
    }
    const { conditions, plans } = planned;
    const values = conditions.map((name) => conditionValue(operation, name, variableValues ?? {}));
    const key = JSON.stringify([document.definitions.indexOf(operation), ...values]);
    const before = plans.get(key);
    if (before !== undefined) return before;
    const given = new Map(conditions.map((name, place) => [name, values[place] ?? null]));
    const plan = planOperation(schema, document, operation, given, maxSize);
    const size = 1 + (plan?.size ?? 0);
    if (planned.size + size > maxSize) {
      plans.clear();
      planned.size = 0;
    }
    plans.set(key, plan);
    planned.size += size;
    const { params } = contextValue as { readonly params: GraphQLParams };
    documents.weigh(document, params.query ?? '', planned.size * bytesPerField);
    return plan;
  }
}

function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ arguments: args = [] }) {
      for (const { value } of args) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

/** The value of a variable, or its default, where that is a boolean. Else it is wrong, or a variable of another operation. */
function conditionValue(
  { variableDefinitions }: OperationDefinitionNode,
  name: string,
  sent: Readonly<Record<string, unknown>>,
): boolean | null {
  if (Object.hasOwn(sent, name)) return typeof sent[name] === 'boolean' ? sent[name] : null;
  const literal = variableDefinitions?.find(({ variable }) => variable.name.value === name)?.defaultValue;
  return literal?.kind === Kind.BOOLEAN ? literal.value : null;
}
