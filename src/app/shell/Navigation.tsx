/** The destinations that exist, in their groups; beside a label a count only where it asks for action. */
import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import { useId } from 'react';
import { NavLink } from 'react-router';
import type { ClusterRef } from '../../api/cluster-ref.ts';
import { useLabSnapshot } from '../../api/lab.tsx';
import { region } from '../../components/keys/regions.ts';
import { paths } from '../../components/paths.ts';
import { StateMark } from '../../components/state/StateMark.tsx';
import { type Destination, destinationGroups } from './destinations.ts';

export interface NavigationProps {
  readonly cluster: ClusterRef;
  /** Icons alone, their names in tooltips. */
  readonly isFolded: boolean;
  readonly onGo?: () => void;
}

export function Navigation({ cluster, isFolded, onGo }: NavigationProps) {
  const failedCount = useLabSnapshot()?.streams.filter(({ state }) => state === 'failed').length ?? 0;
  return (
    <Box component="nav" aria-label="Pages" {...region} sx={{ py: '12px', px: '8px' }}>
      {destinationGroups(cluster).map((group) => (
        <NavGroup key={group.title ?? ''} title={isFolded ? undefined : group.title}>
          {group.destinations.map((destination) => (
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
  '& > svg': { color: 'text.secondary' },
  '&:hover': { backgroundColor: 'background.raised' },
  '&.active': { backgroundColor: 'background.selected', fontWeight: 600, color: 'text.primary' },
  '&.active > svg:first-of-type': { color: 'primary.main' },
} as const;
