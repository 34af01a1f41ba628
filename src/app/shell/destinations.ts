/** The pages that exist, in their groups, each with the letter that goes to it after `g`. */
import CableOutlined from '@mui/icons-material/CableOutlined';
import DashboardOutlined from '@mui/icons-material/DashboardOutlined';
import PolicyOutlined from '@mui/icons-material/PolicyOutlined';
import ScienceOutlined from '@mui/icons-material/ScienceOutlined';
import TuneOutlined from '@mui/icons-material/TuneOutlined';
import type { ComponentType } from 'react';
import type { ClusterRef } from '../../api/cluster-ref.ts';
import { paths } from '../../components/paths.ts';

export interface Destination {
  readonly label: string;
  readonly letter: string;
  readonly path: (cluster: string) => string;
  readonly Icon: ComponentType<{ sx: object }>;
  readonly isLabOnly?: boolean;
}

export interface DestinationGroup {
  readonly title?: string;
  readonly destinations: readonly Destination[];
}

const groups: readonly DestinationGroup[] = [
  { destinations: [{ label: 'Overview', letter: 'o', path: paths.overview, Icon: DashboardOutlined }] },
  {
    title: 'Protect',
    destinations: [
      { label: 'IPsec settings', letter: 's', path: paths.settings, Icon: TuneOutlined },
      { label: 'Policies', letter: 'p', path: paths.policies, Icon: PolicyOutlined },
    ],
  },
  {
    title: 'Watch',
    destinations: [{ label: 'Associations', letter: 'a', path: paths.associations, Icon: CableOutlined }],
  },
  {
    title: 'Tools',
    destinations: [
      { label: 'Lab controls', letter: 'b', path: paths.controls, Icon: ScienceOutlined, isLabOnly: true },
    ],
  },
];

/** Those of a cluster of this kind. */
export const destinationGroups = ({ kind }: ClusterRef): readonly DestinationGroup[] =>
  groups.map((group) => ({
    ...group,
    destinations: group.destinations.filter(({ isLabOnly }) => isLabOnly !== true || kind === 'lab'),
  }));

export const destinations = (cluster: ClusterRef): readonly Destination[] =>
  destinationGroups(cluster).flatMap((group) => group.destinations);
