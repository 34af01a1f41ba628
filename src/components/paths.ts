/**
 * Every URL of the console in one table. The cluster is part of each, so that a link never opens on whichever cluster
 * happened to be current.
 */

export const paths = {
  overview: (cluster: string) => `/c/${cluster}`,
  settings: (cluster: string) => `/c/${cluster}/settings`,
  settingsEnable: (cluster: string) => `/c/${cluster}/settings/enable`,
  policies: (cluster: string) => `/c/${cluster}/policies`,
  /** Without a step: the wizard's first. */
  policyNew: (cluster: string, step?: string) => `/c/${cluster}/policies/new${step === undefined ? '' : `/${step}`}`,
  /** The wizard's first step with what is known filled in. */
  policyNewFor: (cluster: string, known: { readonly intent: string; readonly remote: string; readonly lif: string }) =>
    `/c/${cluster}/policies/new?${new URLSearchParams({ ...known })}`,
  associations: (cluster: string) => `/c/${cluster}/associations`,
  controls: (cluster: string) => `/c/${cluster}/controls`,
} as const;
