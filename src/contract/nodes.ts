/** `GET /api/cluster/nodes`. */
import { z } from 'zod';
import { interfaceAddress, ontapVersion, reference, selfLink } from './envelope.ts';

export const node = z.object({
  uuid: z.string(),
  name: z.string(),
  serial_number: z.string().optional(),
  system_id: z.string().optional(),
  model: z.string().optional(),
  state: z.enum(['up', 'booting', 'down', 'taken_over', 'waiting_for_giveback', 'degraded', 'unknown']).optional(),
  membership: z.enum(['available', 'joining', 'member']).optional(),
  version: ontapVersion.optional(),
  ha: z
    .object({ enabled: z.boolean(), auto_giveback: z.boolean().optional(), partners: z.array(reference).optional() })
    .optional(),
  management_interfaces: z
    .array(z.object({ uuid: z.string(), name: z.string(), ip: interfaceAddress, _links: selfLink.optional() }))
    .optional(),
  _links: selfLink.optional(),
});

export type NodeRecord = z.infer<typeof node>;
