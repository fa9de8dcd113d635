import { AsyncLocalStorage } from 'node:async_hooks';
import { begun, ended } from '../observations/observed.ts';
import { type ResolverObservation, resolvers } from '../observations/resolver.ts';

/** Calls of the resolver of one field that are under way together. */
interface Group {
  readonly message: ResolverObservation;
  readonly within: <Result>(work: () => Result) => Result;
  pending: number;
}

const groups = new WeakMap<object, Map<object, Group>>();

/**
 * Calls a resolver, as one of those of its field in this operation. `run` is the execution of the operation, `plan` the field in it. To be
 * called only where `resolvers` has subscribers.
 */
export function observedResolver<Result>(
  run: object,
  plan: { readonly parent: { readonly name: string }; readonly definition: { readonly name: string } },
  call: () => Result,
): Result {
  const own = groups.get(run) ?? new Map<object, Group>();
  groups.set(run, own);
  const open = own.get(plan);
  if (open) {
    open.message.calls++;
    return follow(open, own, plan, open.within(call));
  }
  const message: ResolverObservation = {
    ...{ since: performance.now(), ms: 0, calls: 1 },
    ...{ type: plan.parent.name, field: plan.definition.name },
  };
  let group: Group | undefined;
  const result = begun(resolvers, message, () => {
    group = { message, within: AsyncLocalStorage.snapshot(), pending: 0 };
    return call();
  });
  return group ? follow(group, own, plan, result) : result;
}

function follow<Result>(group: Group, own: Map<object, Group>, plan: object, result: Result): Result {
  if (typeof (result as PromiseLike<unknown> | null)?.then !== 'function') return result;
  own.set(plan, group);
  group.pending++;
  const over = (error?: unknown) => {
    if (--group.pending > 0) return;
    own.delete(plan);
    ended(resolvers, group.message, error);
  };
  (result as PromiseLike<unknown>).then(
    () => over(),
    (error) => over(error ?? new Error('failed')),
  );
  return result;
}
