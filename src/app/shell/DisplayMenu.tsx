/** How the console looks and listens, per user and for every page: scheme, density, single-key shortcuts. */
import CheckOutlined from '@mui/icons-material/CheckOutlined';
import ContrastOutlined from '@mui/icons-material/ContrastOutlined';
import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useColorScheme } from '@mui/material/styles';
import Tooltip from '@mui/material/Tooltip';
import { type MouseEvent, useState } from 'react';
import {
  type DensityName,
  setDensity,
  setSingleKeys,
  useDensity,
  useSingleKeys,
} from '../../components/preferences.ts';

const schemes = [
  { value: 'system', label: 'Scheme of the system' },
  { value: 'light', label: 'Light scheme' },
  { value: 'dark', label: 'Dark scheme' },
] as const;

const densities: readonly { readonly value: DensityName; readonly label: string }[] = [
  { value: 'comfortable', label: 'Comfortable rows' },
  { value: 'compact', label: 'Compact rows' },
];

export function DisplayMenu() {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const { mode, setMode } = useColorScheme();
  const density = useDensity();
  const hasSingleKeys = useSingleKeys();
  const open = (event: MouseEvent<HTMLElement>) => setAnchor(event.currentTarget);
  return (
    <>
      <Tooltip title="Display">
        <IconButton aria-label="Display" aria-haspopup="menu" aria-expanded={anchor !== null} onClick={open}>
          <ContrastOutlined fontSize="inherit" />
        </IconButton>
      </Tooltip>
      <Menu disablePortal anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {schemes.map(({ value, label }) => (
          <MenuItem
            key={value}
            role="menuitemradio"
            aria-checked={mode === value}
            selected={mode === value}
            onClick={() => setMode(value)}
          >
            <CheckMark isShown={mode === value} />
            {label}
          </MenuItem>
        ))}
        <Divider component="li" />
        {densities.map(({ value, label }) => (
          <MenuItem
            key={value}
            role="menuitemradio"
            aria-checked={density.name === value}
            selected={density.name === value}
            onClick={() => setDensity(value)}
          >
            <CheckMark isShown={density.name === value} />
            {label}
          </MenuItem>
        ))}
        <Divider component="li" />
        <MenuItem role="menuitemcheckbox" aria-checked={hasSingleKeys} onClick={() => setSingleKeys(!hasSingleKeys)}>
          <CheckMark isShown={hasSingleKeys} />
          Single-key shortcuts
        </MenuItem>
      </Menu>
    </>
  );
}

/** What is chosen is told by a mark, not by the ground alone. */
function CheckMark({ isShown }: { readonly isShown: boolean }) {
  return (
    <CheckOutlined aria-hidden="true" sx={{ fontSize: 16, mr: '8px', visibility: isShown ? 'visible' : 'hidden' }} />
  );
}
