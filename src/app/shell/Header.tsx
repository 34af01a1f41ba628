/** The head of every page: the menu on narrow windows, the product, which cluster this is, how it looks. */
import KeyboardOutlined from '@mui/icons-material/KeyboardOutlined';
import MenuOutlined from '@mui/icons-material/MenuOutlined';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { Link as RouterLink } from 'react-router';
import type { ClusterRef } from '../../api/cluster-ref.ts';
import { region } from '../../components/keys/regions.ts';
import { paths } from '../../components/paths.ts';
import { ClusterChip } from './ClusterChip.tsx';
import { DisplayMenu } from './DisplayMenu.tsx';
import { headerHeight } from './shell-sizes.ts';

export interface HeaderProps {
  readonly cluster: ClusterRef;
  /** Opens the drawer, or folds the navigation. */
  readonly onMenu: () => void;
  readonly menuLabel: string;
  /** Shows the keyboard shortcuts. */
  readonly onHelp: () => void;
}

export function Header({ cluster, onMenu, menuLabel, onHelp }: HeaderProps) {
  return (
    <Box component="header" {...region} sx={headerStyle}>
      <Tooltip title={menuLabel}>
        <IconButton aria-label={menuLabel} onClick={onMenu}>
          <MenuOutlined fontSize="inherit" />
        </IconButton>
      </Tooltip>
      <Box component={RouterLink} to={paths.overview(cluster.id)} sx={link}>
        <Product />
      </Box>
      <ClusterChip cluster={cluster} />
      <Box sx={{ flex: 1 }} />
      <Tooltip title="Keyboard shortcuts (?)">
        <IconButton aria-label="Keyboard shortcuts" aria-haspopup="dialog" onClick={onHelp}>
          <KeyboardOutlined fontSize="inherit" />
        </IconButton>
      </Tooltip>
      <DisplayMenu />
    </Box>
  );
}

/** The mark, and where there is room the name. */
export function Product() {
  return (
    <Box component="span" sx={product}>
      <ProductMark />
      <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>
        Overwire
      </Box>
      <Box component="span" className="visually-hidden" sx={{ display: { sm: 'none' } }}>
        Overwire
      </Box>
    </Box>
  );
}

/** The wire in its sheath, closed by the lock. */
function ProductMark() {
  return (
    <Box component="svg" viewBox="0 0 28 16" aria-hidden="true" sx={{ width: 28, height: 16, color: 'primary.main' }}>
      <path d="M0 5.2h28M0 10.8h28" stroke="currentColor" strokeWidth="1.8" />
      <circle cx="14" cy="8" r="7.4" fill="currentColor" />
      <rect x="11" y="7.4" width="6" height="4.4" rx="0.9" fill="var(--mui-palette-background-paper)" />
      <path
        d="M12.2 7.2V6.1a1.8 1.8 0 0 1 3.6 0v1.1"
        fill="none"
        stroke="var(--mui-palette-background-paper)"
        strokeWidth="1.3"
      />
    </Box>
  );
}

export const headerStyle = {
  height: headerHeight,
  px: '8px',
  display: 'flex',
  alignItems: 'center',
  gap: '8px',
  backgroundColor: 'background.paper',
  borderBottom: '1px solid',
  borderColor: 'divider',
} as const;

const link = { borderRadius: '6px', color: 'text.primary', textDecoration: 'none' } as const;

const product = {
  display: 'flex',
  alignItems: 'center',
  gap: '10px',
  minHeight: 36,
  px: '8px',
  fontSize: '1rem',
  fontWeight: 600,
} as const;
