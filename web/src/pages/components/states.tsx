import { Badge, StatusBadge, Tag } from '../../design/badge.tsx';
import { Confidence } from '../../design/confidence.tsx';
import { Time } from '../../design/time.tsx';
import { Sample } from './sample.tsx';

const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();

export const States = () => (
  <>
    <Sample name="Badge, StatusBadge, Tag">
      <div className="row">
        {(['ok', 'bad', 'warn', 'info', 'grey'] as const).map((tone) => (
          <Badge key={tone} tone={tone} icon="flag">
            {tone}
          </Badge>
        ))}
      </div>
      <div className="row">
        {['PENDING', 'APPROVED', 'REJECTED', 'RETIRED', 'SUPERSEDED', 'NOT_KNOWN'].map((status) => (
          <StatusBadge key={status} status={status} />
        ))}
        <Tag>python</Tag>
      </div>
    </Sample>
    <Sample name="Confidence, Time">
      <div className="row">
        <Confidence value={0.6} />
        <Time at={anHourAgo} />
      </div>
    </Sample>
  </>
);
