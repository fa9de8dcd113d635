import { Menu as Base } from '@base-ui/react/menu';
import './menu.css';
import type { MenuProps } from './menu.tsx';

export default function MenuPopup({ trigger, head, actions }: MenuProps) {
  return (
    <Base.Root modal={false} defaultOpen>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="menu-positioner" align="end" sideOffset={4}>
          <Base.Popup className="menu">
            {head && <div className="menu-head">{head}</div>}
            {actions.map(({ label, run, hint, danger, disabled }, index) => (
              <Base.Item
                // biome-ignore lint/suspicious/noArrayIndexKey: the actions of a menu keep their order
                key={index}
                className={`menu-item ${danger ? 'menu-danger' : ''}`}
                disabled={disabled ?? false}
                onClick={run}
              >
                <span>{label}</span>
                {hint && <kbd>{hint}</kbd>}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
