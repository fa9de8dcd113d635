import { Table } from '../../design/table.tsx';
import type { ServerQuery } from '../../gql/graphql.ts';

interface Props {
  readonly settings: NonNullable<ServerQuery['serverState']>['settings'];
}

/** The variables that the server was started with. */
export const Settings = ({ settings }: Props) => (
  <section className="stack">
    <h2>Settings</h2>
    {settings.length === 0 ? (
      <p className="muted">No variable is set: all is as it is by default.</p>
    ) : (
      <Table
        caption="Settings"
        rows={settings}
        keyOf={({ name }) => name}
        columns={[
          { head: 'Variable', cell: ({ name }) => <span className="mono">{name}</span> },
          {
            head: 'Value',
            cell: ({ value }) =>
              value === null ? (
                <span className="muted">set, and secret</span>
              ) : (
                <span className="mono admin-details">{value}</span>
              ),
          },
        ]}
      />
    )}
  </section>
);
