import { Toast as Base } from '@base-ui/react/toast';
import { useEffect } from 'react';
import { Button } from './button.tsx';
import { pendingNotices } from './notify.ts';
import { useSignal } from './signal.ts';
import './toast.css';

const manager = Base.createToastManager();

export default function ToastList() {
  return (
    <Base.Provider toastManager={manager} limit={4}>
      <Base.Portal>
        <Base.Viewport className="toasts">
          <List />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function List() {
  const { toasts, add } = Base.useToastManager();
  const pending = useSignal(pendingNotices);
  useEffect(() => {
    if (pending.length === 0) return;
    pendingNotices.set([]);
    for (const { title, detail, look = 'info', action } of pending)
      add({
        title,
        type: look,
        timeout: look === 'bad' ? 12_000 : 6000,
        priority: look === 'bad' ? 'high' : 'low',
        ...(detail && { description: detail }),
        ...(action && { actionProps: { children: action.label, onClick: action.run } }),
      });
  }, [pending, add]);
  return toasts.map((toast) => (
    <Base.Root key={toast.id} toast={toast} className={`toast toast-${toast.type}`} swipeDirection={['down', 'left']}>
      <Base.Content className="toast-content">
        <div>
          <Base.Title className="toast-title" render={<p />} />
          <Base.Description className="toast-detail" />
        </div>
        {toast.actionProps && <Base.Action render={<Button />} />}
        <Base.Close render={<Button look="quiet" icon="cross" aria-label="Dismiss" />} />
      </Base.Content>
    </Base.Root>
  ));
}
