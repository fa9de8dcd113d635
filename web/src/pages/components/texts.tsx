import { CodeLine, CodeText } from '../../design/code-text.tsx';
import { Diff } from '../../design/diff.tsx';
import { Said } from '../../design/said.tsx';
import { VisibleText } from '../../design/visible-text.tsx';
import { Sample } from './sample.tsx';

const lesson = 'Use `a != b`, as in:\n\n```js\nif (a != b) throw new Error();\n```\n\nElse nothing is compared.';

export const Texts = () => (
  <>
    <Sample name="CodeText, CodeLine">
      <CodeText text={lesson} marks={[{ start: 0, end: 3 }]} />
      <p>
        <CodeLine text="Pin `requirements.txt` to the lock file" />
      </p>
    </Sample>
    <Sample name="Diff">
      <Diff before="Pin the cache key to the version" after="Pin the cache key to the lock file" />
    </Sample>
    <Sample name="Said, VisibleText">
      <Said text="Say which `version`." />
      <p>
        <VisibleText text={'Here\u200bis something that is not seen'} />
      </p>
    </Sample>
  </>
);
