/**
 * Success is told for five seconds, bottom left, and through the live region. A failure is never told here: it stands where it
 * happened.
 */
import Button from '@mui/material/Button';
import Snackbar from '@mui/material/Snackbar';
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import { useAnnounce } from './announcer.tsx';

export interface ToastAction {
  readonly label: string;
  readonly onClick: () => void;
}

/** Tells that an act succeeded, with the verb of its button: `Policy nfs created.` */
export type ShowToast = (sentence: string, action?: ToastAction) => void;

const ToastContext = createContext<ShowToast>(() => undefined);

export const useToast = (): ShowToast => useContext(ToastContext);

interface Toast {
  readonly sentence: string;
  readonly action: ToastAction | undefined;
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toast, setToast] = useState<Toast>();
  const [isOpen, setOpen] = useState(false);
  const announce = useAnnounce();
  const show = useCallback<ShowToast>(
    (sentence, action) => {
      setToast({ sentence, action });
      setOpen(true);
      announce(sentence);
    },
    [announce],
  );
  return (
    <ToastContext.Provider value={show}>
      {children}
      <Snackbar
        open={isOpen}
        autoHideDuration={5000}
        onClose={(_, reason) => reason !== 'clickaway' && setOpen(false)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        message={toast?.sentence}
        // The live region has said it already.
        slotProps={{ content: { role: 'none' }, root: { role: 'region', 'aria-label': 'Notification' } }}
        {...(toast?.action === undefined
          ? {}
          : { action: <ToastButton action={toast.action} close={() => setOpen(false)} /> })}
      />
    </ToastContext.Provider>
  );
}

function ToastButton({ action, close }: { readonly action: ToastAction; readonly close: () => void }) {
  const act = () => {
    close();
    action.onClick();
  };
  return (
    <Button color="inherit" size="small" onClick={act}>
      {action.label}
    </Button>
  );
}
