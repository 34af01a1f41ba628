/**
 * The routes. The cluster is in each; a page's code is fetched when it is first gone to. A page that fails keeps the shell around
 * it; only a fault of the shell itself takes the whole window.
 */

import type { RouteObject } from 'react-router';
import { redirect } from 'react-router';
import { labCluster } from '../api/cluster-ref.ts';
import { LoadingSkeleton } from '../components/feedback/LoadingSkeleton.tsx';
import { paths } from '../components/paths.ts';
import { ClusterGate } from './ClusterGate.tsx';
import { PageFault } from './PageFault.tsx';
import type { RouteHandle } from './route-handle.ts';
import { WindowFault } from './WindowFault.tsx';

const skeleton = (layout: RouteHandle['skeleton']): RouteHandle => ({ skeleton: layout });
const goToLab = () => redirect(paths.overview(labCluster.id));

const policyWizard = () => import('../pages/policies/PolicyWizard.tsx');

/** Under `/c/:cluster`, each with the shell around it. */
const pages: RouteObject[] = [
  { index: true, handle: skeleton('overview'), lazy: () => import('../pages/overview/OverviewPage.tsx') },
  { path: 'settings', handle: skeleton('form'), lazy: () => import('../pages/settings/SettingsPage.tsx') },
  { path: 'settings/enable', handle: skeleton('form'), lazy: () => import('../pages/settings/EnablePage.tsx') },
  { path: 'policies', handle: skeleton('table'), lazy: () => import('../pages/policies/PoliciesPage.tsx') },
  { path: 'policies/new/:step?', handle: skeleton('form'), lazy: policyWizard },
  { path: 'associations', handle: skeleton('table'), lazy: () => import('../pages/associations/AssociationsPage.tsx') },
  { path: 'controls', handle: skeleton('form'), lazy: () => import('../pages/controls/ControlsPage.tsx') },
  { path: '*', lazy: () => import('../pages/not-found/NotFoundPage.tsx') },
];

export const routes: RouteObject[] = [
  { path: '/', loader: goToLab, ErrorBoundary: WindowFault },
  {
    path: '/c/:cluster',
    Component: ClusterGate,
    ErrorBoundary: WindowFault,
    HydrateFallback: FirstSkeleton,
    children: [{ ErrorBoundary: PageFault, children: pages }],
  },
  { path: '*', loader: goToLab },
];

function FirstSkeleton() {
  return <LoadingSkeleton layout="overview" />;
}
