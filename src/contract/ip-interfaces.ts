/** `GET /api/network/ip/interfaces`: LIFs. */
import { z } from 'zod';
import { interfaceAddress, reference, selfLink } from './envelope.ts';

const port = z.object({
  uuid: z.string().optional(),
  name: z.string(),
  node: z.object({ name: z.string() }).optional(),
});

export const ipInterface = z.object({
  uuid: z.string(),
  name: z.string(),
  ip: interfaceAddress.optional(),
  enabled: z.boolean().optional(),
  state: z.enum(['up', 'down']).optional(),
  scope: z.enum(['svm', 'cluster']).optional(),
  ipspace: reference.optional(),
  svm: reference.optional(),
  services: z.array(z.string()).optional(),
  location: z
    .object({
      is_home: z.boolean().optional(),
      auto_revert: z.boolean().optional(),
      failover: z.string().optional(),
      node: reference.optional(),
      port: port.optional(),
      home_node: reference.optional(),
      home_port: port.optional(),
    })
    .optional(),
  service_policy: z.object({ uuid: z.string().optional(), name: z.string() }).optional(),
  vip: z.boolean().optional(),
  _links: selfLink.optional(),
});

export type IpInterfaceRecord = z.infer<typeof ipInterface>;
