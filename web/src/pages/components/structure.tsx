import { Button } from '../../design/button.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { Table } from '../../design/table.tsx';
import { Sample } from './sample.tsx';

const rows = [
  { name: 'ann', role: 'administrator' },
  { name: 'mia', role: 'member' },
];

export const Structure = ({ theme }: { readonly theme: string }) => (
  <>
    <Sample name="Table">
      <Table
        caption={`People, ${theme}`}
        rows={rows}
        keyOf={({ name }) => name}
        columns={[
          { head: 'Name', cell: ({ name }) => name },
          { head: 'Role', cell: ({ role }) => role },
          { head: 'Actions', right: true, cell: () => <Button>Do it</Button> },
        ]}
      />
    </Sample>
    <Sample name="Empty, Skeleton">
      <Empty title="Nothing waits" actions={<Button>Find something</Button>}>
        14 were decided today.
      </Empty>
      <Skeleton lines={2} />
    </Sample>
  </>
);
