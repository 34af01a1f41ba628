/** Copies one value in full, and says that it did: by its icon, and through the live region. */
import CheckOutlined from '@mui/icons-material/CheckOutlined';
import ContentCopyOutlined from '@mui/icons-material/ContentCopyOutlined';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { useState } from 'react';
import { useAnnounce } from '../feedback/announcer.tsx';

export interface CopyButtonProps {
  readonly value: string;
  /** What is copied, for the name: `Copy address 10.1.0.20`. */
  readonly what: string;
  readonly tabIndex?: number;
}

export function CopyButton({ value, what, tabIndex }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false);
  const announce = useAnnounce();
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    announce(`Copied ${what}.`);
  };
  return (
    <Tooltip title={isCopied ? 'Copied' : `Copy ${what}`}>
      <IconButton
        size="small"
        aria-label={`Copy ${what}`}
        onClick={copy}
        onBlur={() => setCopied(false)}
        onMouseLeave={() => setCopied(false)}
        {...(tabIndex === undefined ? {} : { tabIndex })}
      >
        {isCopied ? <CheckOutlined fontSize="inherit" /> : <ContentCopyOutlined fontSize="inherit" />}
      </IconButton>
    </Tooltip>
  );
}
