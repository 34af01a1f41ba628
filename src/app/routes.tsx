/**
 * The routes. The cluster is in each; a page's code is fetched when it is first gone to. A page that fails keeps the shell around
 * it; only a fault of the shell itself takes the whole window.
 */
import type { RouteObject } from 'react-router';
import { redirect } from 'react-router';
import { labCluster } from '../api/cluster-ref.ts';
import { paths } from '../components/paths.ts';
import { ClusterGate } from './ClusterGate.tsx';
import { PageFault } from './PageFault.tsx';
import { PageLoading } from './PageLoading.tsx';
import type { RouteHandle } from './route-handle.ts';
import { ShellSkeleton } from './shell/ShellSkeleton.tsx';
import { WindowFault } from './WindowFault.tsx';

const named = (title: string, skeleton: RouteHandle['skeleton']): RouteHandle => ({ title, skeleton });
const goToLab = () => redirect(paths.overview(labCluster.id));

/** Under `/c/:cluster`, each with the shell around it. */
const pages: RouteObject[] = [
  {
    index: true,
    handle: named('Overview', 'overview'),
    lazy: () => import('../pages/overview/OverviewPage.tsx'),
  },
  {
    path: 'settings',
    handle: named('IPsec settings', 'facts'),
    lazy: () => import('../pages/settings/SettingsPage.tsx'),
  },
  {
    path: 'settings/enable',
    handle: named('Enable IPsec', 'checks'),
    lazy: () => import('../pages/settings/EnablePage.tsx'),
  },
  {
    path: 'policies',
    handle: named('Policies', 'table'),
    lazy: () => import('../pages/policies/PoliciesPage.tsx'),
  },
  {
    path: 'policies/new/:step?',
    handle: named('New policy', 'wizard'),
    lazy: () => import('../pages/policies/PolicyWizard.tsx'),
  },
  {
    path: 'associations',
    handle: named('Associations', 'table'),
    lazy: () => import('../pages/associations/AssociationsPage.tsx'),
  },
  {
    path: 'controls',
    handle: named('Lab controls', 'sections'),
    lazy: () => import('../pages/controls/ControlsPage.tsx'),
  },
  { path: '*', lazy: () => import('../pages/not-found/NotFoundPage.tsx') },
];

export const routes: RouteObject[] = [
  { path: '/', loader: goToLab, ErrorBoundary: WindowFault, HydrateFallback: ShellSkeleton },
  {
    path: '/c/:cluster',
    Component: ClusterGate,
    ErrorBoundary: WindowFault,
    children: [{ ErrorBoundary: PageFault, HydrateFallback: PageLoading, children: pages }],
  },
  { path: '*', loader: goToLab, HydrateFallback: ShellSkeleton },
];
