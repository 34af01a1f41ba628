/** How the console looks, per user and for every page: scheme and density. */

import ContrastOutlined from '@mui/icons-material/ContrastOutlined';
import IconButton from '@mui/material/IconButton';
import ListSubheader from '@mui/material/ListSubheader';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useColorScheme } from '@mui/material/styles';
import Tooltip from '@mui/material/Tooltip';
import { type MouseEvent, useState } from 'react';
import { type DensityName, setDensity, useDensity } from '../../components/preferences.ts';

const schemes = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

const densities: readonly { readonly value: DensityName; readonly label: string }[] = [
  { value: 'comfortable', label: 'Comfortable' },
  { value: 'compact', label: 'Compact' },
];

export function DisplayMenu() {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const { mode, setMode } = useColorScheme();
  const density = useDensity();
  const open = (event: MouseEvent<HTMLElement>) => setAnchor(event.currentTarget);
  return (
    <>
      <Tooltip title="Display">
        <IconButton aria-label="Display" aria-haspopup="menu" aria-expanded={anchor !== null} onClick={open}>
          <ContrastOutlined fontSize="inherit" />
        </IconButton>
      </Tooltip>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        <ListSubheader role="presentation" sx={subheader}>
          Scheme
        </ListSubheader>
        {schemes.map(({ value, label }) => (
          <MenuItem
            key={value}
            role="menuitemradio"
            aria-checked={mode === value}
            selected={mode === value}
            onClick={() => setMode(value)}
          >
            {label}
          </MenuItem>
        ))}
        <ListSubheader role="presentation" sx={subheader}>
          Rows
        </ListSubheader>
        {densities.map(({ value, label }) => (
          <MenuItem
            key={value}
            role="menuitemradio"
            aria-checked={density.name === value}
            selected={density.name === value}
            onClick={() => setDensity(value)}
          >
            {label}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}

const subheader = { lineHeight: '28px', fontSize: '0.75rem', backgroundColor: 'transparent' } as const;
