/** The destinations that exist, in their groups; beside a label a count only where it asks for action. */

import CableOutlined from '@mui/icons-material/CableOutlined';
import DashboardOutlined from '@mui/icons-material/DashboardOutlined';
import PolicyOutlined from '@mui/icons-material/PolicyOutlined';
import ScienceOutlined from '@mui/icons-material/ScienceOutlined';
import TuneOutlined from '@mui/icons-material/TuneOutlined';
import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import { type ComponentType, useId } from 'react';
import { NavLink } from 'react-router';
import type { ClusterRef } from '../../api/cluster-ref.ts';
import { useLabSnapshot } from '../../api/lab.tsx';
import { paths } from '../../components/paths.ts';
import { StateMark } from '../../components/state/StateMark.tsx';

export interface NavigationProps {
  readonly cluster: ClusterRef;
  /** Icons alone, their names in tooltips. */
  readonly isFolded: boolean;
  readonly onGo?: () => void;
}

interface Destination {
  readonly label: string;
  readonly path: (cluster: string) => string;
  readonly Icon: ComponentType<{ sx: object }>;
  readonly isLabOnly?: boolean;
}

interface Group {
  readonly title?: string;
  readonly destinations: readonly Destination[];
}

const groups: readonly Group[] = [
  { destinations: [{ label: 'Overview', path: paths.overview, Icon: DashboardOutlined }] },
  {
    title: 'Protect',
    destinations: [
      { label: 'IPsec settings', path: paths.settings, Icon: TuneOutlined },
      { label: 'Policies', path: paths.policies, Icon: PolicyOutlined },
    ],
  },
  { title: 'Watch', destinations: [{ label: 'Associations', path: paths.associations, Icon: CableOutlined }] },
  {
    title: 'Tools',
    destinations: [{ label: 'Lab controls', path: paths.controls, Icon: ScienceOutlined, isLabOnly: true }],
  },
];

export function Navigation({ cluster, isFolded, onGo }: NavigationProps) {
  const failedCount = useLabSnapshot()?.streams.filter(({ state }) => state === 'failed').length ?? 0;
  return (
    <Box component="nav" aria-label="Pages" sx={{ py: '12px', px: '8px' }}>
      {groups.map((group) => (
        <NavGroup key={group.title ?? ''} title={isFolded ? undefined : group.title}>
          {group.destinations
            .filter(({ isLabOnly }) => isLabOnly !== true || cluster.kind === 'lab')
            .map((destination) => (
              <NavItem
                key={destination.label}
                destination={destination}
                cluster={cluster}
                isFolded={isFolded}
                failedCount={destination.path === paths.associations ? failedCount : 0}
                onGo={onGo}
              />
            ))}
        </NavGroup>
      ))}
    </Box>
  );
}

function NavGroup({ title, children }: { readonly title: string | undefined; readonly children: React.ReactNode }) {
  const id = useId();
  return (
    <Box sx={{ '& + &': { mt: '12px' } }}>
      {title === undefined ? null : (
        <Box id={id} sx={{ px: '12px', py: '4px', fontSize: '0.75rem', fontWeight: 500, color: 'text.secondary' }}>
          {title}
        </Box>
      )}
      <Box
        component="ul"
        {...(title === undefined ? {} : { 'aria-labelledby': id })}
        sx={{ listStyle: 'none', m: 0, p: 0 }}
      >
        {children}
      </Box>
    </Box>
  );
}

interface NavItemProps {
  readonly destination: Destination;
  readonly cluster: ClusterRef;
  readonly isFolded: boolean;
  readonly failedCount: number;
  readonly onGo: (() => void) | undefined;
}

function NavItem({ destination, cluster, isFolded, failedCount, onGo }: NavItemProps) {
  const { label, path, Icon } = destination;
  const link = (
    <Box
      component={NavLink}
      to={path(cluster.id)}
      end={path === paths.overview}
      sx={item}
      {...(onGo === undefined ? {} : { onClick: onGo })}
    >
      <Icon sx={{ fontSize: 20, flex: 'none' }} />
      {isFolded ? null : <span>{label}</span>}
      {failedCount > 0 && !isFolded ? (
        <Box component="span" sx={{ ml: 'auto', display: 'flex', gap: '4px', alignItems: 'center' }}>
          <StateMark state="failed" label="failed" />
          {failedCount}
        </Box>
      ) : null}
    </Box>
  );
  return (
    <li>
      {isFolded ? (
        <Tooltip title={label} placement="right">
          {link}
        </Tooltip>
      ) : (
        link
      )}
    </li>
  );
}

const item = {
  display: 'flex',
  alignItems: 'center',
  gap: '12px',
  minHeight: 36,
  px: '12px',
  borderRadius: '6px',
  color: 'text.primary',
  textDecoration: 'none',
  whiteSpace: 'nowrap',
  '& svg': { color: 'text.secondary' },
  '&:hover': { backgroundColor: 'background.raised' },
  '&.active': { backgroundColor: 'background.selected', fontWeight: 600, color: 'text.primary' },
  '&.active > svg:first-of-type': { color: 'primary.main' },
} as const;
