/** `GET` and `PATCH /api/security/ipsec`: the cluster-wide settings, one object. */
import { z } from 'zod';
import { type ReplayWindow, replayWindows } from '../domain/cluster/limits.ts';
import { selfLink } from './envelope.ts';

const isReplayWindow = (value: number): value is ReplayWindow => replayWindows.some((window) => window === value);

/** ONTAP gives a number, or a string to clients that say who they are (`X-Dot-Client-App`). */
export const ipsecConfig = z.object({
  enabled: z.boolean(),
  replay_window: z.coerce.number().int(),
  offload_enabled: z.boolean().optional(),
  _links: selfLink.optional(),
});

export type IpsecConfigRecord = z.infer<typeof ipsecConfig>;

/** Body of the PATCH. Offload changes only while IPsec is off (66256913), and never beside anti-replay (66256915). */
export const ipsecConfigPatch = z.strictObject({
  enabled: z.boolean().optional(),
  replay_window: z
    .number()
    .refine(isReplayWindow, { message: replayWindows.join('|') })
    .optional(),
  offload_enabled: z.boolean().optional(),
});

export type IpsecConfigPatch = z.infer<typeof ipsecConfigPatch>;
