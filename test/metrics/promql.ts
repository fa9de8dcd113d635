import { parser } from '@prometheus-io/lezer-promql';

/** A selector of an expression: a metric, with what its labels are to match. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly op: string; readonly value: string }[];
}

export interface Expression {
  readonly selectors: readonly Selector[];
  /** The labels of `by`, `without`, `on`, `ignoring` and the like. */
  readonly groupings: readonly string[];
}

/** Parses PromQL by the grammar of Prometheus' own page. Throws an `Error` for what is none. */
export function readExpression(text: string): Expression {
  const selectors: Selector[] = [];
  const groupings: string[] = [];
  const textOf = ({ from, to }: { from: number; to: number }) => text.slice(from, to);
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`no PromQL at character ${node.from}: ${text}`);
      if (node.name === 'GroupingLabels') {
        for (const label of node.node.getChildren('LabelName')) groupings.push(textOf(label));
        for (const label of node.node.getChildren('QuotedLabelName')) groupings.push(textOf(label));
      }
      if (node.name !== 'VectorSelector') return;
      const metric = node.node.getChild('Identifier');
      if (!metric) throw new Error(`a selector without a metric: ${text}`);
      const matchers =
        node.node
          .getChild('LabelMatchers')
          ?.getChildren('UnquotedLabelMatcher')
          .map((matcher) => {
            const [label, op, value] = ['LabelName', 'MatchOp', 'StringLiteral'].map((name) => matcher.getChild(name));
            if (!label || !op || !value) throw new Error(`a matcher that is none: ${text}`);
            return { label: textOf(label), op: textOf(op), value: JSON.parse(textOf(value)) as string };
          }) ?? [];
      selectors.push({ metric: textOf(metric), matchers });
    },
  });
  return { selectors, groupings };
}
