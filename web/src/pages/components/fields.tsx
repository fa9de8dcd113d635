import { useState } from 'react';
import { Checkbox, SelectField, TextArea, TextField } from '../../design/field.tsx';
import { Segments } from '../../design/segments.tsx';
import { Tabs } from '../../design/tabs.tsx';
import { Sample } from './sample.tsx';

export function Fields({ theme }: { readonly theme: string }) {
  const [text, setText] = useState('laptop');
  const [kind, setKind] = useState('new');
  const [tab, setTab] = useState('one');
  return (
    <>
      <Sample name="TextField, TextArea, SelectField, Checkbox">
        <TextField
          label="Name"
          help="Where it is used"
          limit={5}
          problem="name must be at most 5 characters."
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <TextArea label="Detail" rows={2} defaultValue="What happened" />
        <SelectField label="Role" defaultValue="member">
          <option>member</option>
          <option>reviewer</option>
        </SelectField>
        <Checkbox label="Also those that are old" defaultChecked />
      </Sample>
      <Sample name="Segments, Tabs">
        <Segments
          label={`Kind, ${theme}`}
          value={kind}
          options={[
            { value: 'new', label: 'New' },
            { value: 'held', label: 'Held' },
          ]}
          onChange={setKind}
        />
        <Tabs
          label={`Parts, ${theme}`}
          value={tab}
          onChange={setTab}
          tabs={[
            { value: 'one', label: 'One' },
            { value: 'two', label: 'Two' },
          ]}
        >
          What {tab} shows
        </Tabs>
      </Sample>
    </>
  );
}
