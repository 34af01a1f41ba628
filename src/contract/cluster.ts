/** `GET /api/cluster`: one object. */
import { z } from 'zod';
import { interfaceAddress, ontapVersion, selfLink } from './envelope.ts';

export const cluster = z.object({
  name: z.string(),
  uuid: z.string(),
  location: z.string().optional(),
  contact: z.string().optional(),
  version: ontapVersion,
  management_interfaces: z
    .array(z.object({ uuid: z.string(), name: z.string(), ip: interfaceAddress, _links: selfLink.optional() }))
    .optional(),
  san_optimized: z.boolean().optional(),
  disaggregated: z.boolean().optional(),
  _links: selfLink.optional(),
});

export type ClusterRecord = z.infer<typeof cluster>;
